--- The last result in quickfix lists: its issues in groups, or what each step did.
--- A list is found again by its context, so that it can be kept fresh wherever it stands among the user's own lists.

local client = require('calibrant.client')
local task = require('calibrant.task')
local workflow_of = require('calibrant.workflow')
local workflows = require('calibrant.workflows')

local M = {}

---@alias calibrant.ListKind 'issues'|'steps'

local GROUPS = {
  { name = 'critical', title = 'Critical' },
  { name = 'warnings', title = 'Warnings' },
  { name = 'auto_repairs', title = 'Auto-repairs' },
}
local TYPES = { error = 'E', warning = 'W', hint = 'N' }
local STEP_TYPES = { failed = 'E', skipped = 'W', not_run = 'W' }

---@param path string
---@param range lsp.Range
---@param encoding string
---@return vim.quickfix.entry
local function place(path, range, encoding)
  local location = { uri = vim.uri_from_fname(path), range = range }
  local item = vim.lsp.util.locations_to_items({ location }, encoding)[1] or { filename = path, lnum = 1 }
  item.user_data = nil
  return item
end

---@param result table
---@param encoding string
---@return vim.quickfix.entry[]
local function issue_items(result, encoding)
  local items = {}
  local function add(item, text, type)
    table.insert(items, vim.tbl_extend('force', item, { text = text, type = type }))
  end
  for _, group in ipairs(GROUPS) do
    local issues = result.issues[group.name]
    if #issues > 0 then
      add({ valid = 0 }, ('%s (%d)'):format(group.title, #issues), '')
    end
    for _, issue in ipairs(issues) do
      local text = ('%s [%s]'):format(issue.message, issue.code)
      add(place(issue.path, issue.range, encoding), text, TYPES[issue.severity])
      for _, related in ipairs(issue.related) do
        add(place(related.path, related.range, encoding), '  ' .. related.message, 'I')
      end
    end
  end
  return items
end

---@param result table
---@param encoding string
---@return vim.quickfix.entry[]
local function step_items(result, encoding)
  return vim.tbl_map(function(step)
    local there = type(step.range) == 'table'
    local item = there and place(result.path, step.range, encoding) or { valid = 0 }
    item.text = ('%s: %s'):format(step.id, step.detail or step.status)
    item.type = STEP_TYPES[step.status] or 'I'
    return item
  end, result.steps)
end

--- Returns the buffer of the workflow whose result the current quickfix list shows, if it does.
---@return integer?
function M.shown()
  local context = vim.fn.getqflist({ context = 0 }).context
  local ours = type(context) == 'table' and context.calibrant
  return ours and workflows.buffer_of(ours.uri) or nil
end

---@param uri string
---@param kind calibrant.ListKind
---@return integer? # the id of the list that shows this, if the user has it still
local function list_of(uri, kind)
  for number = 1, vim.fn.getqflist({ nr = '$' }).nr do
    local list = vim.fn.getqflist({ nr = number, context = 0, id = 0 })
    local context = type(list.context) == 'table' and list.context.calibrant
    if context and context.uri == uri and context.kind == kind then
      return list.id
    end
  end
end

---@param uri string
---@param result table
---@param kind calibrant.ListKind
---@param encoding string
---@return table
local function list(uri, result, kind, encoding)
  local words = result.words
  return {
    title = words and ('Calibrant: %s (%s)'):format(words.title, words.detail) or 'Calibrant',
    items = (kind == 'steps' and step_items or issue_items)(result, encoding),
    context = { calibrant = { uri = uri, kind = kind } },
  }
end

---@param id integer
---@param what table
local function replace(id, what)
  local at = vim.fn.getqflist({ id = id, idx = 0 }).idx
  vim.fn.setqflist({}, 'r', vim.tbl_extend('force', what, { id = id, idx = math.max(math.min(at, #what.items), 1) }))
end

---@param uri string
---@param kind calibrant.ListKind
---@param what table
local function open(uri, kind, what)
  local id = list_of(uri, kind)
  if id then
    replace(id, what)
    vim.cmd(('silent %dchistory'):format(vim.fn.getqflist({ id = id, nr = 0 }).nr))
  else
    vim.fn.setqflist({}, ' ', what)
  end
  vim.cmd('botright copen')
end

--- Shows a run of a workflow, such as one of its history.
---@param workflow calibrant.Workflow
---@param result table
---@param kind? calibrant.ListKind
function M.of_run(workflow, result, kind)
  kind = kind or 'issues'
  open(workflow.uri, kind, list(workflow.uri, result, kind, workflow.client.offset_encoding))
end

--- Shows the last result of a workflow in the quickfix window.
---@param bufnr integer
---@param kind? calibrant.ListKind
function M.show(bufnr, kind)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local result = workflow_of.call(workflow, 'result')
    if not result then
      task.fail(('‘%s’ has not been run yet. :Calibrant calibrate runs it.'):format(workflow.name))
    end
    M.of_run(workflow, result, kind)
  end)
end

--- Brings the lists of a workflow up to date, where the user has some; no window is opened or entered.
---@param uri string
---@param client_id integer
function M.refresh(uri, client_id)
  local serving = vim.lsp.get_client_by_id(client_id)
  if not serving or not (list_of(uri, 'issues') or list_of(uri, 'steps')) then
    return
  end
  client.request(serving, 'result', { uri = uri }, function(result)
    for _, kind in ipairs({ 'issues', 'steps' }) do
      local id = result and list_of(uri, kind)
      if id then
        replace(id, list(uri, result, kind, serving.offset_encoding))
      end
    end
  end)
end

return M
