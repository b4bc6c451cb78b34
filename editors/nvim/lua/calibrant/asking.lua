--- Questions of the server: they wait until the user is not in the middle of typing.

local task = require('calibrant.task')

local M = {}

local METHOD = 'window/showMessageRequest'

---@param done fun()
local function at_rest(done)
  if vim.api.nvim_get_mode().mode == 'n' then
    return done()
  end
  vim.api.nvim_create_autocmd('ModeChanged', {
    pattern = '*:n',
    once = true,
    desc = 'Ask what Calibrant’s server wants to know',
    callback = vim.schedule_wrap(done),
  })
end

--- Handles `window/showMessageRequest`: a question that opens while text is typed would swallow it.
---@type lsp.Handler
function M.asked(problem, question, context)
  local thread, is_main = coroutine.running()
  if thread and not is_main then
    task.await(at_rest)
  end
  return vim.lsp.handlers[METHOD](problem, question, context)
end

return M
