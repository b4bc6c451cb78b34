--- The server itself: trust, restart, log, and how it stands.

local client = require('calibrant.client')
local status = require('calibrant.status')
local task = require('calibrant.task')
local tell = require('calibrant.tell')
local workflow_of = require('calibrant.workflow')
local workflows = require('calibrant.workflows')

local M = {}

--- Trusts the workspace of a workflow: its commands may run from now on.
---@param bufnr integer
function M.trust(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local trust = 'Trust it'
    local where = workflow.client.root_dir or vim.fs.dirname(vim.api.nvim_buf_get_name(bufnr))
    local prompt = ('Commands of the workflows in %s will run when they are calibrated.'):format(where)
    if task.choose({ trust, 'Leave it' }, prompt) == trust then
      workflow_of.call(workflow, 'trust')
    end
  end)
end

---@param ending vim.lsp.Client[]
---@return boolean
local function all_ended(ending)
  return vim.iter(ending):all(function(one)
    return one:is_stopped()
  end)
end

--- Ends the server and starts it afresh for all workflows that are open.
---@param bufnr integer
function M.restart(bufnr)
  local ending = vim.lsp.get_clients({ name = client.NAME })
  for _, one in ipairs(ending) do
    one:stop()
  end
  task.start(function()
    local waited = task.await(function(done)
      local function look(times)
        if times == 0 or all_ended(ending) then
          return done(times > 0)
        end
        vim.defer_fn(function()
          look(times - 1)
        end, 50)
      end
      look(100)
    end)
    if not waited then
      vim.iter(ending):each(function(one)
        one:stop(true)
      end)
    end
    local open = workflows.buffers()
    local say = tell.anew()
    vim.iter(open):each(function(one)
      client.start(one, say)
    end)
    if #open == 0 and not workflows.is_workflow(bufnr) then
      tell.info('No workflow is open; the server starts with the first one.')
    end
  end)
end

--- Says how it stands with the workflow, and which server it is.
---@param bufnr integer
function M.status(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local now = workflow_of.call(workflow, 'status') ---@type calibrant.Status
    status.told(now)
    local version = vim.tbl_get(workflow.client, 'server_info', 'version') or '?'
    local trusted = now.trusted and 'trusted' or 'not trusted'
    tell.info(('%s: %s. Server %s, workspace %s.'):format(workflow.name, now.words, version, trusted))
  end)
end

--- Opens what the server logged, at its end.
function M.log()
  local path = vim.lsp.log.get_filename and vim.lsp.log.get_filename() or vim.lsp.get_log_path()
  if not vim.uv.fs_stat(path) then
    return tell.info('Nothing was logged yet.')
  end
  vim.cmd.tabnew({ args = { vim.fn.fnameescape(path) } })
  vim.bo.readonly = true
  vim.bo.autoread = true
  vim.cmd('normal! G')
end

return M
