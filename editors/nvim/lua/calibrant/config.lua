--- What the user has set in `vim.g.calibrant`; nothing has to be.

local M = {}

---@class calibrant.Config
---@field enable boolean start the server for workflows; without it, `vim.lsp.enable('calibrant')` does
---@field cmd? string[] the server and its arguments; without it, it is looked for
---@field workspace_venv boolean|string[] whether a workspace's own `.venv` may be run: in all, or in these folders
---@field restricted boolean every workspace is untrusted, whatever was said before
---@field trusted string[] folders in which commands of workflows may run, while Neovim runs
---@field fix_on_save boolean apply all safe fixes before a workflow is written
---@field codelens boolean show code lenses
---@field inlay_hints boolean show in the text what steps gave in the last run
---@field autocomplete boolean open the list of completions while typing
---@field format_on_type boolean let the server complete what was typed, such as the end of an expression
---@field settings table<string, any> the server's settings, as `docs/settings.md` names them

---@type calibrant.Config
local defaults = {
  enable = true,
  workspace_venv = false,
  restricted = false,
  trusted = {},
  fix_on_save = false,
  codelens = true,
  inlay_hints = true,
  autocomplete = false,
  format_on_type = true,
  settings = {},
}

---@type table<string, string[]>
local types = {
  enable = { 'boolean' },
  cmd = { 'table' },
  workspace_venv = { 'boolean', 'table' },
  restricted = { 'boolean' },
  trusted = { 'table' },
  fix_on_save = { 'boolean' },
  codelens = { 'boolean' },
  inlay_hints = { 'boolean' },
  autocomplete = { 'boolean' },
  format_on_type = { 'boolean' },
  settings = { 'table' },
}

---@return table<string, any>
local function given()
  local value = vim.g.calibrant
  return type(value) == 'table' and value or {}
end

--- Returns what is set now. A value of the wrong type counts as not set: `problems` tells of it.
---@return calibrant.Config
function M.get()
  local config = vim.deepcopy(defaults)
  for name, value in pairs(given()) do
    if types[name] and vim.list_contains(types[name], type(value)) then
      config[name] = value
    end
  end
  return config
end

--- Returns what is wrong with `vim.g.calibrant`, in words.
---@return string[]
function M.problems()
  local value, problems = vim.g.calibrant, {}
  if value ~= nil and type(value) ~= 'table' then
    return { ('vim.g.calibrant is a %s; it should be a table, as in { fix_on_save = true }.'):format(type(value)) }
  end
  for name, one in vim.spairs(given()) do
    local wanted = types[name]
    if not wanted then
      local known = table.concat(vim.fn.sort(vim.tbl_keys(types)), ', ')
      table.insert(problems, ('vim.g.calibrant has no ‘%s’. It has: %s.'):format(name, known))
    elseif not vim.list_contains(wanted, type(one)) then
      local should = table.concat(wanted, ' or a ')
      table.insert(problems, ('‘%s’ of vim.g.calibrant is a %s; it should be a %s.'):format(name, type(one), should))
    end
  end
  return problems
end

--- Tells whether a path lies in one of the folders.
---@param path string
---@param folders string[]
---@return boolean
function M.is_in(path, folders)
  local real = vim.uv.fs_realpath(path) or path
  for _, folder in ipairs(folders) do
    local named = vim.fs.normalize(folder)
    local there = vim.uv.fs_realpath(named) or named
    if real == there or vim.startswith(real, there:gsub('/$', '') .. '/') then
      return true
    end
  end
  return false
end

return M
