--- How it stands with a workflow, as the server tells it: kept in `b:calibrant_status`, shown in a status line.

local client_of = require('calibrant.client').of
local workflows = require('calibrant.workflows')

local M = {}

---@class calibrant.Status
---@field uri string
---@field state 'idle'|'running'|'trying'|'changing'
---@field session string?
---@field percentage integer?
---@field message string
---@field counts {error: integer, warning: integer, hint: integer}
---@field result boolean
---@field standing integer
---@field trusted boolean
---@field runs boolean?
---@field words string

--- Takes what the server told.
---@param status calibrant.Status
function M.told(status)
  local bufnr = workflows.buffer_of(status.uri)
  if not bufnr then
    return
  end
  vim.b[bufnr].calibrant_status = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'CalibrantStatus', data = { buf = bufnr, status = status } })
  vim.cmd.redrawstatus({ bang = true })
end

--- Returns what was told last of a buffer's workflow.
---@param bufnr? integer
---@return calibrant.Status?
function M.of(bufnr)
  return vim.b[bufnr or 0].calibrant_status
end

---@param client vim.lsp.Client
---@return string? # what else the server is doing, such as a run of the whole workspace
local function doing(client)
  for _, title in vim.spairs(client.progress.pending) do
    if type(title) == 'string' then
      return title
    end
  end
end

--- Returns a short line for a status bar; empty where the buffer holds no workflow.
---@param bufnr? integer
---@return string
function M.line(bufnr)
  bufnr = bufnr and bufnr ~= 0 and bufnr or vim.api.nvim_get_current_buf()
  if not workflows.is_workflow(bufnr) then
    return ''
  end
  local client = client_of(bufnr)
  if not client then
    return 'Calibrant is not running'
  end
  local status = M.of(bufnr)
  if status and status.state ~= 'idle' then
    return status.words
  end
  return doing(client) or (status and status.words) or 'Calibrant'
end

return M
