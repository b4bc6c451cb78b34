--- What was run and changed of a workflow: choose an entry, and see it or take it back.

local rollback = require('calibrant.rollback')
local task = require('calibrant.task')
local tell = require('calibrant.tell')
local workflow_of = require('calibrant.workflow')

local M = {}

---@param workflow calibrant.Workflow
---@param entry table
local function open(workflow, entry)
  if not entry.change then
    require('calibrant.results').of_run(workflow, entry)
  elseif rollback.stands(entry) then
    rollback.start(workflow.bufnr, { session = entry.session })
  else
    tell.info(rollback.line(entry) .. (entry.change.reason ~= '' and ': ' .. entry.change.reason or ''))
  end
end

--- Lets the user choose from the history of a workflow.
---@param bufnr integer
function M.show(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local entries = workflow_of.call(workflow, 'history')
    if #entries == 0 then
      task.fail(('‘%s’ has not been run yet. :Calibrant calibrate runs it.'):format(workflow.name))
    end
    local chosen = task.choose(entries, 'History of ' .. workflow.name, rollback.line)
    if chosen then
      open(workflow, chosen)
    end
  end)
end

--- Returns the changes that can be rolled back, for the command line, as far as the server answers soon.
---@param client vim.lsp.Client
---@param uri string
---@return string[]
function M.completed(client, uri)
  local params = { command = 'calibrant.history', arguments = { { uri = uri } } }
  local answer = client:request_sync('workspace/executeCommand', params, 1000)
  local sessions = {}
  for _, entry in ipairs(answer and answer.result or {}) do
    if rollback.stands(entry) then
      table.insert(sessions, entry.session)
    end
  end
  return sessions
end

return M
