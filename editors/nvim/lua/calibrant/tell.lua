--- Messages to the user.

local M = {}

---@param message string
---@param level integer
local function notify(message, level)
  vim.schedule(function()
    vim.notify(message, level, { title = 'Calibrant' })
  end)
end

---@param message string
function M.info(message)
  notify(message, vim.log.levels.INFO)
end

---@param message string
function M.warn(message)
  notify(message, vim.log.levels.WARN)
end

---@param message string
function M.error(message)
  notify(message, vim.log.levels.ERROR)
end

--- Tells something that would otherwise be told for every workflow that is opened, once.
---@param message string
function M.once(message)
  vim.schedule(function()
    vim.notify_once(message, vim.log.levels.ERROR, { title = 'Calibrant' })
  end)
end

--- Returns what tells each message once, however often it was told before: the user tries again.
---@return fun(message: string)
function M.anew()
  local told = {} ---@type table<string, true>
  return function(message)
    if not told[message] then
      told[message] = true
      M.error(message)
    end
  end
end

return M
