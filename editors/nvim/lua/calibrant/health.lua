--- `:checkhealth calibrant`.

local client = require('calibrant.client')
local config = require('calibrant.config')
local server = require('calibrant.server')
local workflows = require('calibrant.workflows')

local M = {}

local health = vim.health

local function neovim()
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim is ' .. tostring(vim.version()), { 'Calibrant needs Neovim 0.11 or newer.' })
  end
end

local function configuration()
  local problems = config.problems()
  for _, problem in ipairs(problems) do
    health.warn(problem)
  end
  if #problems == 0 then
    health.ok('Configuration: ' .. (vim.g.calibrant and 'vim.g.calibrant' or 'none, and none is needed'))
  end
  if not vim.lsp.is_enabled or vim.lsp.is_enabled(client.NAME) then
    return
  end
  health.warn('The server is not started for workflows.', { "Call vim.lsp.enable('calibrant') in your configuration." })
end

---@return string? # the workspace of the workflow that is looked at, or of the first one that is open
local function root()
  local bufnr = vim.fn.bufnr('#')
  local open = workflows.buffers()
  local looked_at = bufnr > 0 and vim.list_contains(open, bufnr) and bufnr or open[1]
  local serving = looked_at and client.of(looked_at)
  return serving and serving.root_dir or (looked_at and vim.fs.root(looked_at, client.ROOT_MARKERS))
end

local function program()
  local answer
  server.probe(root(), function(found, problem)
    answer = { found = found, problem = problem }
  end)
  vim.wait(20000, function()
    return answer ~= nil
  end, 20)
  if not answer then
    return health.error('The server gave no answer.')
  elseif answer.problem then
    return health.error(answer.problem)
  end
  local found = answer.found ---@type calibrant.Found
  health.ok(('Server %s: %s (from %s)'):format(found.version, table.concat(found.cmd, ' '), found.origin))
end

local function sandbox()
  if vim.fn.executable('bwrap') == 1 then
    return health.ok('bubblewrap: commands of trusted workspaces run in a sandbox')
  end
  health.warn('bubblewrap (bwrap) was not found, so commands of workflows are not run.', {
    'Install bubblewrap, as in: apt install bubblewrap.',
    "Or, at your own risk: vim.g.calibrant = { settings = { execute = 'unsandboxed' } }.",
  })
end

---@param bufnr integer
---@param serving vim.lsp.Client
local function trust(bufnr, serving)
  local params = { command = 'calibrant.status', arguments = { { uri = vim.uri_from_bufnr(bufnr) } } }
  local answer = serving:request_sync('workspace/executeCommand', params, 5000)
  local status = answer and answer.result
  if not status then
    return
  end
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
  health.info(('%s: %s'):format(name, status.words))
  if status.runs == false then
    health.ok(name .. ': checked, and not run yet, as all files of GitHub Actions')
  elseif status.trusted then
    health.ok(name .. ': the workspace is trusted, its commands run')
  else
    health.info(name .. ': the workspace is not trusted, so its commands do not run. :Calibrant trust changes that.')
  end
end

--- Tells with which tools the workspace of a workflow is built.
---@param bufnr integer
---@param serving vim.lsp.Client
local function toolchains(bufnr, serving)
  local argument = { uri = vim.uri_from_bufnr(bufnr), words = true, tell = false }
  local params = { command = 'calibrant.toolchains', arguments = { argument } }
  local answer = serving:request_sync('workspace/executeCommand', params, 5000)
  for _, one in ipairs(answer and answer.result or {}) do
    health.info('Toolchain: ' .. require('calibrant.toolchains').line(one))
  end
end

--- Tells of what is switched on, and by which keys.
local function writing()
  local own = config.get()
  local hints = own.inlay_hints and 'on' or 'off'
  local lists = own.autocomplete and 'as you type' or 'by CTRL-X CTRL-O'
  health.info(('Hints in the text: %s. Completion: %s. See :help calibrant-writing.'):format(hints, lists))
end

---@param bufnr integer
local function attached(bufnr)
  local serving = client.of(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  if not serving then
    local advice = { ':Calibrant restart starts one.', ':Calibrant log tells more.' }
    return health.error('No server is attached to ' .. name, advice)
  end
  local lacking = client.lacking(serving)
  if #lacking > 0 then
    local version = vim.tbl_get(serving, 'server_info', 'version') or '?'
    return health.error(('The server is too old: version %s lacks %s.'):format(version, table.concat(lacking, ', ')), {
      'Upgrade it with ‘pip install <folder of a newer clone>’ where it is installed, then :Calibrant restart.',
    })
  end
  health.ok(('Attached to %s (workspace: %s)'):format(name, serving.root_dir or 'none, the file stands alone'))
  trust(bufnr, serving)
  toolchains(bufnr, serving)
end

--- Runs all checks.
function M.check()
  health.start('Calibrant: set-up')
  neovim()
  configuration()
  health.start('Calibrant: server')
  program()
  sandbox()
  health.start('Calibrant: open workflows')
  writing()
  local open = workflows.buffers()
  if #open == 0 then
    return health.info('None is open. Their names end in ' .. workflows.NAMED .. '.')
  end
  vim.iter(open):each(attached)
end

return M
