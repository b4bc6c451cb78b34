--- Steps that wait for the server or the user, written one below the other.

local tell = require('calibrant.tell')

local M = {}

---@param thread thread
---@param ... any
local function resume(thread, ...)
  local ok, problem = coroutine.resume(thread, ...)
  if not ok then
    local words = type(problem) == 'table' and problem.words
    tell.error(words or debug.traceback(thread, tostring(problem)))
  end
end

--- Runs a function in which `await` can be called. What it raises by `fail` is told to the user.
---@param steps fun()
function M.start(steps)
  resume(coroutine.create(steps))
end

--- Ends the task and tells the user why.
---@param words string
function M.fail(words)
  error({ words = words }, 0)
end

--- Waits for what `begin` hands to its callback, and returns it. The callback may be called at once.
---@param begin fun(done: fun(...: any))
---@return any ...
function M.await(begin)
  local thread = assert(coroutine.running(), 'await is called in a task')
  local answer, waiting, answered
  begin(function(...)
    if answered then
      return
    end
    answered = true
    if waiting then
      resume(thread, ...)
    else
      answer = vim.F.pack_len(...)
    end
  end)
  if answered then
    return vim.F.unpack_len(answer)
  end
  waiting = true
  return coroutine.yield()
end

--- Lets the user choose; returns the item, or nil where nothing was chosen.
---@generic T
---@param items T[]
---@param prompt string
---@param format? fun(item: T): string
---@return T?
function M.choose(items, prompt, format)
  return (M.await(function(done)
    vim.ui.select(items, { prompt = prompt, kind = 'calibrant', format_item = format or tostring }, done)
  end))
end

--- Lets the user type a text; returns nil where they would rather not.
---@param prompt string
---@param default string
---@return string?
function M.ask(prompt, default)
  return (M.await(function(done)
    vim.ui.input({ prompt = prompt, default = default }, done)
  end))
end

--- Lets the user type what nobody else should read; returns nil where they would rather not.
---@param prompt string
---@return string?
function M.ask_secretly(prompt)
  local given, text = pcall(vim.fn.inputsecret, prompt)
  return given and text ~= '' and text or nil
end

return M
