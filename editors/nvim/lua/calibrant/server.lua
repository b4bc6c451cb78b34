--- Finds the server, and says in words what is wrong where it cannot be run.

local config = require('calibrant.config')

local M = {}

--- How long a server may take to say its version.
local PATIENCE_MS = 20000

local HOW = 'Install it from a clone of Calibrant with ‘pip install <folder of the clone>’ (Python 3.11 or newer), '
  .. 'or name it: '
  .. "vim.g.calibrant = { cmd = { '/path/to/calibrant', 'serve' } }. See :checkhealth calibrant."

---@class calibrant.Candidate
---@field cmd string[]
---@field origin string where it was found, in words

---@class calibrant.Found: calibrant.Candidate
---@field version string

---@param root? string
---@return string? # the server in the workspace's own environment, where the user lets it be run
local function of_workspace(root)
  local allowed = config.get().workspace_venv
  if not root or not allowed or (type(allowed) == 'table' and not config.is_in(root, allowed)) then
    return nil
  end
  for _, place in ipairs({ '.venv/bin/calibrant', '.venv/Scripts/calibrant.exe' }) do
    local path = vim.fs.joinpath(root, place)
    if vim.uv.fs_stat(path) then
      return path
    end
  end
end

--- Returns the server to run for a workspace, or nil where there is none.
---@param root? string
---@return calibrant.Candidate?
function M.find(root)
  local named = config.get().cmd
  if named and #named > 0 then
    local cmd = vim.deepcopy(named)
    cmd[1] = vim.fs.normalize(cmd[1])
    return { cmd = cmd, origin = 'vim.g.calibrant.cmd' }
  end
  local own = of_workspace(root)
  if own then
    return { cmd = { own, 'serve' }, origin = 'the workspace’s .venv' }
  end
  local path = vim.fn.exepath('calibrant')
  if path ~= '' then
    return { cmd = { path, 'serve' }, origin = 'PATH' }
  end
end

---@param cmd string[]
---@return string[] # the command that says the version: as the server's, up to `serve`
local function version_command(cmd)
  local command = {}
  for _, word in ipairs(cmd) do
    if word == 'serve' then
      break
    end
    table.insert(command, word)
  end
  return vim.list_extend(command, { '--version' })
end

---@param path string
---@return string? # the Python that runs it: the program itself, or that of its first line
local function python_of(path)
  if vim.fs.basename(path):match('^python') then
    return path
  end
  local file = io.open(path, 'r')
  local first = file and file:read(256) or ''
  if file then
    file:close()
  end
  return first:match('^#!%s*([^%s]*python[^%s]*)')
end

---@param path string
---@return string? # in words, what is wrong with the Python that runs it
local function python_problem(path)
  local python = python_of(path)
  if not python then
    return nil
  end
  if vim.fn.executable(python) == 0 then
    return ('The server at %s was installed with the Python %s, which is not there. %s'):format(path, python, HOW)
  end
  local ok, done = pcall(function()
    return vim.system({ python, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])' }, { text = true }):wait(5000)
  end)
  local major, minor = (ok and done.stdout or ''):match('^(%d+)%.(%d+)')
  if major and tonumber(major) * 100 + tonumber(minor) < 311 then
    local words = 'The server needs Python 3.11 or newer, but %s is Python %s.%s. %s'
    return words:format(python, major, minor, HOW)
  end
end

---@param path string
---@return string
local function spawn_problem(path)
  local there = vim.uv.fs_stat(vim.fn.exepath(path) ~= '' and vim.fn.exepath(path) or path)
  if not there then
    return ('There is no server at %s. %s'):format(path, HOW)
  end
  if vim.fn.executable(path) == 0 then
    return ('The server at %s may not be run by you. Make it executable (chmod +x), or name another one. '
      .. 'See :checkhealth calibrant.'):format(path)
  end
  return python_problem(path) or ('The server at %s cannot be run. %s'):format(path, HOW)
end

---@param text string
---@return string # its last lines, for a message
local function last_of(text)
  local lines = vim.split(vim.trim(text), '\n', { plain = true })
  return table.concat(vim.list_slice(lines, math.max(#lines - 2, 1)), ' · ')
end

---@param candidate calibrant.Candidate
---@param done vim.SystemCompleted
---@return calibrant.Found?, string?
local function judged(candidate, done)
  local path = candidate.cmd[1]
  local version = done.code == 0 and done.stdout:match('version (%S+)')
  if version then
    return vim.tbl_extend('error', candidate, { version = version }), nil
  end
  if done.code == 124 then
    return nil, ('The server at %s gave no answer within %d seconds.'):format(path, PATIENCE_MS / 1000)
  end
  local problem = python_problem(vim.fn.exepath(path))
  local said = last_of(done.stderr ~= '' and done.stderr or done.stdout)
  return nil, problem or ('The server at %s cannot be run. It said: %s. See :checkhealth calibrant.'):format(path, said)
end

--- Looks whether a workspace's server can be run; hands over the server, or what is wrong in words.
---@param root? string
---@param on_done fun(found?: calibrant.Found, problem?: string)
function M.probe(root, on_done)
  local candidate = M.find(root)
  if not candidate then
    return on_done(nil, 'Calibrant’s server was not found in PATH. ' .. HOW)
  end
  if vim.fn.executable(candidate.cmd[1]) == 0 then
    return on_done(nil, spawn_problem(candidate.cmd[1]))
  end
  local opts = { text = true, timeout = PATIENCE_MS, cwd = M.cwd() }
  local started, problem = pcall(vim.system, version_command(candidate.cmd), opts, function(done)
    vim.schedule(function()
      on_done(judged(candidate, done))
    end)
  end)
  if not started then
    local words = spawn_problem(candidate.cmd[1])
    on_done(nil, words .. (words:find('cannot be run', 1, true) and ' ' .. tostring(problem) or ''))
  end
end

--- Returns the folder in which the server is started: not the workspace, whose modules Python might load.
---@return string
function M.cwd()
  local folder = vim.fn.stdpath('state')
  vim.fn.mkdir(folder, 'p')
  return folder
end

return M
