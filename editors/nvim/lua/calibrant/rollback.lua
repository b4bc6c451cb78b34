--- Rolling back changes: which, what it will do to the files, and doing it.

local preview = require('calibrant.preview')
local task = require('calibrant.task')
local tell = require('calibrant.tell')
local workflow_of = require('calibrant.workflow')

local M = {}

---@class calibrant.RollbackOptions
---@field session? string the change; without it the user chooses
---@field at_once? boolean without showing the difference; where none is named, the newest change

---@class calibrant.Entry
---@field session string
---@field words {title: string, detail: string}
---@field change? {standing: boolean}

--- Tells whether an entry of the history is a change that can be rolled back.
---@param entry calibrant.Entry
---@return boolean
function M.stands(entry)
  return entry.change ~= nil and entry.change.standing
end

--- Returns the changes of a workflow that can be rolled back, the newest first.
---@param workflow calibrant.Workflow
---@return calibrant.Entry[]
function M.standing(workflow)
  return vim.tbl_filter(M.stands, workflow_of.call(workflow, 'history'))
end

--- Returns an entry of the history as one line.
---@param entry calibrant.Entry
---@return string
function M.line(entry)
  return ('%s (%s)'):format(entry.words.title, entry.words.detail)
end

---@param workflow calibrant.Workflow
---@param session? string
---@return calibrant.Entry?
local function chosen(workflow, session)
  local entries = M.standing(workflow)
  for _, entry in ipairs(entries) do
    if entry.session == session then
      return entry
    end
  end
  if session then
    task.fail(('‘%s’ is no change of ‘%s’ that can be rolled back.'):format(session, workflow.name))
  elseif #entries == 0 then
    task.fail(('There is nothing to roll back in ‘%s’.'):format(workflow.name))
  end
  return task.choose(entries, 'Roll back in ' .. workflow.name, M.line)
end

---@param workflow calibrant.Workflow
---@return string?
local function newest(workflow)
  return (M.standing(workflow)[1] or {}).session
end

---@param problem string
---@return boolean # whether the user wants the whole backup, where the fix alone cannot be taken out
local function wants_whole(problem)
  local whole = 'Show the whole file as it was before'
  return task.choose({ whole, 'Leave it' }, problem) == whole
end

---@param workflow calibrant.Workflow
---@param session string
---@return {files: calibrant.FilePreview[]}?, boolean
local function previewed(workflow, session)
  local argument = { session = session, preview = true, tell = false }
  local answer = workflow_of.call(workflow, 'rollback', argument)
  if not answer.reason then
    return answer, false
  elseif not answer.conflicts then
    task.fail(answer.reason)
  elseif not wants_whole(answer.reason) then
    return nil, false
  end
  answer = workflow_of.call(workflow, 'rollback', vim.tbl_extend('force', argument, { whole = true }))
  return answer.reason and task.fail(answer.reason) or answer, true
end

---@param files calibrant.FilePreview[]
---@param entry calibrant.Entry
---@return boolean
local function confirmed(files, entry)
  local close = vim.tbl_map(function(file)
    return preview.show(file, 'After rolling back')
  end, files)
  local back = 'Roll back'
  local answer = task.choose({ back, 'Leave it' }, entry.words.title)
  for index = #close, 1, -1 do
    close[index]()
  end
  return answer == back
end

---@param workflow calibrant.Workflow
---@param entry calibrant.Entry
---@param whole boolean
local function roll_back(workflow, entry, whole)
  local argument = { session = entry.session, tell = false, whole = whole or nil }
  local answer = workflow_of.call(workflow, 'rollback', argument)
  if answer.reason then
    task.fail(answer.reason)
  end
  tell.info(('Rolled back: %s.'):format(entry.words.title))
end

--- Rolls back a change, after showing what that does.
---@param bufnr integer
---@param options calibrant.RollbackOptions
function M.start(bufnr, options)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local session = options.session or (options.at_once and newest(workflow)) or nil
    local entry = chosen(workflow, session)
    if not entry then
      return
    elseif options.at_once then
      return roll_back(workflow, entry, false)
    end
    local shown, whole = previewed(workflow, entry.session)
    if shown and confirmed(shown.files, entry) then
      roll_back(workflow, entry, whole)
    end
  end)
end

return M
