--- Applying fixes: all safe ones, those that are named, or one that is chosen.

local client_of = require('calibrant.client').of
local task = require('calibrant.task')
local tell = require('calibrant.tell')
local workflow_of = require('calibrant.workflow')

local M = {}

local FIX_ALL = 'source.fixAll.calibrant'

--- How long writing a file may wait for its fixes.
local PATIENCE_MS = 2000

---@class calibrant.OnOffer
---@field id string
---@field title string

---@param bufnr integer
---@param kind string
---@return lsp.CodeActionParams # for the whole document
local function params_of(bufnr, kind)
  local last = vim.api.nvim_buf_line_count(bufnr)
  return {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } },
    context = { diagnostics = {}, only = { kind } },
  }
end

---@param actions lsp.CodeAction[]?
---@return calibrant.OnOffer[] # each fix once
local function listed(actions)
  local fixes, seen = {}, {}
  for _, action in ipairs(actions or {}) do
    local id = vim.tbl_get(action, 'data', 'fixes', 1)
    if id and not seen[id] then
      seen[id] = true
      table.insert(fixes, { id = id, title = action.title })
    end
  end
  return fixes
end

--- Applies fixes to a workflow: all safe ones, or those with these ids.
---@param bufnr integer
---@param ids? string[]
function M.apply(bufnr, ids)
  task.start(function()
    local fixes = ids and #ids > 0 and ids or 'safe'
    workflow_of.call(workflow_of.of(bufnr), 'applyFixes', { fixes = fixes })
  end)
end

--- Lets the user choose one of all fixes on offer.
---@param bufnr integer
function M.choose(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local problem, actions = task.await(function(done)
      workflow.client:request('textDocument/codeAction', params_of(bufnr, 'quickfix'), done, bufnr)
    end)
    local fixes = problem and task.fail(problem.message) or listed(actions)
    if #fixes == 0 then
      task.fail(('No fix is on offer for ‘%s’ now.'):format(workflow.name))
    end
    local chosen = task.choose(fixes, 'Fix in ' .. workflow.name, function(fix)
      return fix.title
    end)
    if chosen then
      workflow_of.call(workflow, 'applyFixes', { fixes = { chosen.id } })
    end
  end)
end

--- Returns the ids of the fixes on offer, as far as the server answers soon.
---@param client vim.lsp.Client
---@param bufnr integer
---@return string[]
function M.completed(client, bufnr)
  local answer = client:request_sync('textDocument/codeAction', params_of(bufnr, 'quickfix'), 1000, bufnr)
  return vim.tbl_map(function(fix)
    return fix.id
  end, listed(answer and answer.result))
end

---@param client vim.lsp.Client
---@param action lsp.CodeAction
---@param bufnr integer
local function apply_now(client, action, bufnr)
  if not action.edit then
    local resolved = client:request_sync('codeAction/resolve', action, PATIENCE_MS, bufnr)
    action = resolved and resolved.result or action
  end
  if action.edit then
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end
  if action.command then
    client:exec_cmd(action.command, { bufnr = bufnr })
  end
end

--- Applies all safe fixes before a workflow is written. Writing never waits long for them.
---@param bufnr integer
function M.before_save(bufnr)
  local client = client_of(bufnr)
  if not client then
    return
  end
  local params = params_of(bufnr, FIX_ALL)
  local answer, problem = client:request_sync('textDocument/codeAction', params, PATIENCE_MS, bufnr)
  if not answer then
    local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
    local words = '‘%s’ was written without its fixes: the server gave no answer (%s).'
    tell.warn(words:format(name, problem or 'it ended'))
  end
  for _, action in ipairs(answer and answer.result or {}) do
    if action.kind == FIX_ALL then
      apply_now(client, action, bufnr)
    end
  end
end

return M
