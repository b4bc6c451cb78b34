--- Code lenses: shown, kept fresh, and what the user wants when one is run.

local config = require('calibrant.config')

local M = {}

--- Neovim keeps lenses fresh by itself from 0.12 on.
---@return boolean
local function by_itself()
  return vim.lsp.codelens.enable ~= nil
end

---@param bufnr integer
local function refresh(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) and not by_itself() then
    vim.lsp.codelens.refresh({ bufnr = bufnr })
  end
end

--- Handles `workspace/codeLens/refresh`. Neovim 0.12 asks for the lenses of a wiped buffer too, and raises an error,
--- which would be shown to the user: it is written into the log.
---@type lsp.Handler
function M.refreshed(problem, result, context)
  local ok, answer = pcall(vim.lsp.handlers['workspace/codeLens/refresh'], problem, result, context)
  if not ok then
    vim.lsp.log.warn('calibrant', 'code lenses', answer)
  end
  return ok and answer or vim.NIL
end

--- Shows the lenses of a buffer, where the user wants them.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  if not config.get().codelens then
    return
  end
  if by_itself() then
    vim.lsp.codelens.enable(true, { client_id = client.id })
    return
  end
  local group = vim.api.nvim_create_augroup('calibrant.lens.' .. bufnr, {})
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged', 'BufWritePost' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      refresh(bufnr)
    end,
  })
  client.handlers['workspace/codeLens/refresh'] = function()
    vim.tbl_map(refresh, vim.tbl_keys(client.attached_buffers))
    return vim.NIL
  end
  refresh(bufnr)
end

---@param work fun(bufnr: integer, argument: table)
---@return fun(command: lsp.Command, context: {bufnr: integer})
local function with_workflow(work)
  return function(command, context)
    local argument = (command.arguments or {})[1] or {}
    local bufnr = argument.uri and vim.uri_to_bufnr(argument.uri) or context.bufnr
    work(bufnr, argument)
  end
end

--- What stands between the user and a command of the server that comes by a lens or an action.
---@type table<string, fun(command: lsp.Command, context: {bufnr: integer})>
M.commands = {
  ['calibrant.calibrate'] = with_workflow(function(bufnr, argument)
    require('calibrant.run').calibrate(bufnr, { inputs = argument.inputs, partial = argument.resume == 'partial' })
  end),
  ['calibrant.rollback'] = with_workflow(function(bufnr, argument)
    require('calibrant.rollback').start(bufnr, { session = argument.session })
  end),
  ['calibrant.history'] = with_workflow(function(bufnr)
    require('calibrant.results').show(bufnr)
  end),
}

return M
