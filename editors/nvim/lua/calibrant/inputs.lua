--- Asking for a workflow's inputs. What fits, and what is wrong with a value, is told by the server.

local task = require('calibrant.task')
local workflow_of = require('calibrant.workflow')

local M = {}

---@class calibrant.Input
---@field name string
---@field type string
---@field description string
---@field choices any[]?
---@field default any
---@field value any
---@field needed boolean
---@field problem string
---@field secret boolean

---@param value any
---@return string
local function shown(value)
  if value == nil or value == vim.NIL then
    return ''
  end
  return type(value) == 'string' and value or vim.json.encode(value)
end

---@param input calibrant.Input
---@return any # what a run would use
local function current(input)
  return input.value ~= vim.NIL and input.value or input.default
end

---@param workflow calibrant.Workflow
---@param values? table<string, any>
---@return calibrant.Input[]
local function of(workflow, values)
  return workflow_of.call(workflow, 'inputs', { values = values and next(values) and values or nil }).inputs
end

---@param workflow calibrant.Workflow
---@param name string
---@param value any
---@return string # what is wrong with a value for an input, or ''
local function problem_of(workflow, name, value)
  for _, input in ipairs(of(workflow, { [name] = value })) do
    if input.name == name then
      return input.problem
    end
  end
  return ('‘%s’ has no input called ‘%s’.'):format(workflow.name, name)
end

---@param input calibrant.Input
---@return string
local function title(input)
  local what = input.description ~= '' and input.description or input.name
  return ('%s (%s, %s)'):format(what, input.name, input.type)
end

---@param input calibrant.Input
---@param problem string
---@param text string
---@return any # nil where the user would rather not
local function ask(input, problem, text)
  local prompt = (problem ~= '' and problem .. ' ' or '') .. title(input) .. ': '
  if type(input.choices) == 'table' then
    return task.choose(input.choices, prompt, shown)
  end
  if input.secret then
    return task.ask_secretly(prompt)
  end
  return task.ask(prompt, text)
end

--- Asks until the value fits, or the user gives up.
---@param workflow calibrant.Workflow
---@param input calibrant.Input
---@return any
function M.ask(workflow, input)
  local problem, text = '', shown(current(input))
  while true do
    local value = ask(input, problem, text)
    if value == nil then
      return nil
    end
    problem = problem_of(workflow, input.name, value)
    if problem == '' then
      return value
    end
    text = shown(value)
  end
end

---@param workflow calibrant.Workflow
---@param given table<string, any>
local function check(workflow, given)
  for name, value in vim.spairs(given) do
    local problem = problem_of(workflow, name, value)
    if problem ~= '' then
      task.fail(problem)
    end
  end
end

--- Returns the values for a run: those given, and those that the user is asked for. Nil where the user gives up.
---@param workflow calibrant.Workflow
---@param given table<string, any>
---@param all boolean ask for all inputs that are not given
---@return table<string, any>?
function M.settled(workflow, given, all)
  check(workflow, given)
  local values = vim.deepcopy(given)
  for _, input in ipairs(of(workflow)) do
    if given[input.name] == nil and (all or input.needed) then
      values[input.name] = M.ask(workflow, input)
      if values[input.name] == nil then
        return nil
      end
    end
  end
  return values
end

---@param input calibrant.Input
---@param values table<string, any>
---@return string
local function line(input, values)
  local value = shown(values[input.name] ~= nil and values[input.name] or current(input))
  return ('%s = %s'):format(title(input), value ~= '' and value or '(no value)')
end

--- Shows the inputs of a workflow and lets the user change them, then calibrates with them.
---@param bufnr integer
function M.edit(bufnr)
  task.start(function()
    local workflow, values = workflow_of.of(bufnr), {}
    local known = of(workflow)
    if #known == 0 then
      task.fail(('‘%s’ has no inputs.'):format(workflow.name))
    end
    local run = { run = true }
    while true do
      local chosen = task.choose(vim.list_extend({ run }, known), 'Inputs of ' .. workflow.name, function(item)
        return item.run and 'Calibrate with these' or line(item, values)
      end)
      if not chosen then
        return
      elseif chosen.run then
        return workflow_of.call(workflow, 'calibrate', { inputs = next(values) and values or nil })
      end
      values[chosen.name] = M.ask(workflow, chosen)
    end
  end)
end

--- Returns `name=` and `name=value` for the command line, as far as the server answers soon.
---@param client vim.lsp.Client
---@param uri string
---@param lead string
---@return string[]
function M.completed(client, uri, lead)
  local params = { command = 'calibrant.inputs', arguments = { { uri = uri } } }
  local answer = client:request_sync('workspace/executeCommand', params, 1000)
  local words = {}
  for _, input in ipairs(vim.tbl_get(answer or {}, 'result', 'inputs') or {}) do
    local choices = type(input.choices) == 'table' and input.choices or { input.value }
    if not vim.startswith(lead, input.name .. '=') then
      choices = { '' }
    end
    for _, value in ipairs(choices) do
      table.insert(words, input.name .. '=' .. shown(value))
    end
  end
  return words
end

return M
