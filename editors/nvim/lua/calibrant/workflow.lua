--- The workflow that a command is about, and calling the server for it in a task.

local client = require('calibrant.client')
local task = require('calibrant.task')
local workflows = require('calibrant.workflows')

local M = {}

---@class calibrant.Workflow
---@field bufnr integer
---@field uri string
---@field name string
---@field client vim.lsp.Client

--- Returns the workflow in a buffer; the task ends with words where there is none, or no server.
---@param bufnr integer
---@return calibrant.Workflow
function M.of(bufnr)
  if not vim.api.nvim_buf_is_valid(bufnr) then
    task.fail('The workflow’s buffer is gone.')
  elseif vim.bo[bufnr].buftype ~= '' and workflows.is_ours(vim.api.nvim_buf_get_name(bufnr)) then
    task.fail('This is no file that Calibrant could read: write it to a folder of this machine, and open it there.')
  elseif not workflows.is_workflow(bufnr) then
    task.fail('This is not a workflow: their names end in ' .. workflows.NAMED .. '.')
  end
  local serving = client.of(bufnr)
  if not serving then
    task.fail('Calibrant’s server is not running for this workflow. See :checkhealth calibrant, or :Calibrant restart.')
  end
  local name = vim.api.nvim_buf_get_name(bufnr)
  return { bufnr = bufnr, uri = vim.uri_from_bufnr(bufnr), name = vim.fs.basename(name), client = serving }
end

--- Calls a command of the server and waits; the task ends with the server's words where it refuses.
---@param workflow calibrant.Workflow
---@param command string without `calibrant.`
---@param argument? table what it takes besides the `uri`
---@return any
function M.call(workflow, command, argument)
  local answer, problem = task.await(function(done)
    client.request(workflow.client, command, vim.tbl_extend('keep', argument or {}, { uri = workflow.uri }), done)
  end)
  if problem then
    task.fail(problem)
  end
  return answer
end

return M
