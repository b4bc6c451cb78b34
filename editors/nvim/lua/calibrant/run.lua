--- Starting and cancelling runs.

local inputs = require('calibrant.inputs')
local status = require('calibrant.status')
local task = require('calibrant.task')
local tell = require('calibrant.tell')
local workflow_of = require('calibrant.workflow')

local M = {}

---@class calibrant.RunOptions
---@field inputs? table<string, any> values that hold for this run and later ones
---@field ask? boolean ask for all inputs, also those that have a value
---@field live? boolean let outside writes happen
---@field partial? boolean run only what changed, and what depends on it

---@param workflow calibrant.Workflow
local function confirm_live(workflow)
  local run = 'Run live'
  local prompt = ('What ‘%s’ sends and writes outside really happens in a live run.'):format(workflow.name)
  return task.choose({ run, 'Leave it' }, prompt) == run
end

--- Calibrates a workflow; inputs that have no value are asked for.
---@param bufnr integer
---@param options? calibrant.RunOptions
function M.calibrate(bufnr, options)
  options = options or {}
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local values = inputs.settled(workflow, options.inputs or {}, options.ask or false)
    if not values or (options.live and not confirm_live(workflow)) then
      return
    end
    workflow_of.call(workflow, 'calibrate', {
      inputs = next(values) and values or nil,
      live = options.live,
      resume = options.partial and 'partial' or nil,
    })
  end)
end

--- Calibrates all workflows of the workspace.
---@param bufnr integer
function M.workspace(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local folder = workflow.client.root_dir
    local answer = workflow_of.call(workflow, 'calibrateWorkspace', folder and { uri = vim.uri_from_fname(folder) })
    local count = #answer.sessions
    tell.info(('Calibrating %d %s.'):format(count, count == 1 and 'workflow' or 'workflows'))
  end)
end

--- Cancels what goes on with a workflow.
---@param bufnr integer
function M.cancel(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local now = workflow_of.call(workflow, 'status') ---@type calibrant.Status
    status.told(now)
    if type(now.session) == 'string' then
      workflow_of.call({ client = workflow.client }, 'cancel', { session = now.session })
    else
      tell.info(('Nothing is going on with ‘%s’.'):format(workflow.name))
    end
  end)
end

--- Cancels all that the server is doing.
---@param bufnr integer
function M.cancel_all(bufnr)
  task.start(function()
    local serving = workflow_of.of(bufnr).client
    for token in pairs(serving.progress.pending) do
      serving:notify('window/workDoneProgress/cancel', { token = token })
    end
  end)
end

return M
