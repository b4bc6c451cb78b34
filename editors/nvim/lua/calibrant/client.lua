--- The client of the language server: how it is started, and how it is spoken to.

local config = require('calibrant.config')
local server = require('calibrant.server')
local tell = require('calibrant.tell')
local workflows = require('calibrant.workflows')

local M = {}

M.NAME = 'calibrant'

--- What lies in the topmost folder of a workspace.
M.ROOT_MARKERS = { 'calibrant.toml', 'pyproject.toml', '.git' }

--- The commands without which a server is too old for this plugin.
M.NEEDED = {
  'calibrant.applyFixes',
  'calibrant.calibrate',
  'calibrant.cancel',
  'calibrant.history',
  'calibrant.inputs',
  'calibrant.result',
  'calibrant.rollback',
  'calibrant.status',
  'calibrant.toolchains',
  'calibrant.trust',
}

--- Returns the commands that a server lacks.
---@param client vim.lsp.Client
---@return string[]
function M.lacking(client)
  local provider = client.server_capabilities.executeCommandProvider or {}
  return vim.tbl_filter(function(command)
    return not vim.list_contains(provider.commands or {}, command)
  end, M.NEEDED)
end

---@param client vim.lsp.Client
local function check_age(client)
  if #M.lacking(client) > 0 then
    local words = 'Calibrant’s server is version %s, which is too old for this plugin. Upgrade it from a newer clone '
      .. 'of Calibrant with ‘pip install <folder of the clone>’, where it is installed. See :checkhealth calibrant.'
    tell.once(words:format(vim.tbl_get(client, 'server_info', 'version') or 'unknown'))
  end
end

---@return table # what the server is told of trust; it comes from the user's own configuration alone
local function trust()
  local own = config.get()
  local folders = vim.tbl_map(function(folder)
    return vim.uri_from_fname(vim.fn.fnamemodify(vim.fs.normalize(folder), ':p'))
  end, own.trusted)
  return { restricted = own.restricted, folders = folders }
end

---@param given? table<string, any> what `vim.lsp.config` says
---@return table<string, any> # the server's settings
local function settings_of(given)
  local settings = vim.tbl_deep_extend('force', config.get().settings, vim.tbl_get(given or {}, 'calibrant') or {})
  return next(settings) and settings or vim.empty_dict()
end

---@return lsp.ClientCapabilities
local function capabilities()
  return {
    experimental = { calibrant = { status = true, linksAtOnce = true, hintsAfresh = true } },
    workspace = { codeLens = { refreshSupport = true }, executeCommand = { dynamicRegistration = false } },
  }
end

---@param root? string
---@return boolean # whether there is a server for that workspace already
local function is_served(root)
  return vim.iter(vim.lsp.get_clients({ name = M.NAME })):any(function(client)
    return client.root_dir == root and not client:is_stopped()
  end)
end

--- Finds the workspace of a workflow, and makes sure that its server can be run before Neovim starts it.
---@param bufnr integer
---@param on_dir fun(root?: string)
---@param say? fun(problem: string)
local function root_dir(bufnr, on_dir, say)
  if not workflows.is_workflow(bufnr) then
    return
  end
  local root = vim.fs.root(bufnr, M.ROOT_MARKERS)
  if is_served(root) then
    return on_dir(root)
  end
  server.probe(root, function(found, problem)
    if not found then
      (say or tell.once)(problem --[[@as string]])
    elseif vim.api.nvim_buf_is_valid(bufnr) then
      on_dir(root)
    end
  end)
end

--- Starts the server, and has it watched: `ended` is called when it ends although nobody asked it to.
---@param ended fun(code: integer, signal: integer)
---@param dispatchers vim.lsp.rpc.Dispatchers
---@param root? string
---@return vim.lsp.rpc.PublicClient
local function start(ended, dispatchers, root)
  local found = assert(server.find(root), 'Calibrant’s server was not found. See :checkhealth calibrant')
  local asked, on_exit = false, dispatchers.on_exit
  dispatchers.on_exit = function(code, signal)
    if asked or vim.v.exiting ~= vim.NIL then
      return on_exit(code, signal)
    end
    ended(code, signal)
    on_exit(0, 0) -- what happened is told by us, with what follows from it
  end
  local rpc = vim.lsp.rpc.start(found.cmd, dispatchers, { cwd = server.cwd() })
  local wrapped = {
    request = function(method, ...)
      asked = asked or method == 'shutdown'
      return rpc.request(method, ...)
    end,
    terminate = function()
      asked = true
      return rpc.terminate()
    end,
  }
  return setmetatable(wrapped, { __index = rpc })
end

--- Returns the configuration for `vim.lsp.config`.
---@return vim.lsp.Config
function M.config()
  local supervisor = require('calibrant.supervisor').new()
  return {
    cmd = function(dispatchers, resolved)
      -- Neovim 0.11 does not say for which workspace it starts the server
      local root = resolved and resolved.root_dir or vim.fs.root(0, M.ROOT_MARKERS)
      return start(supervisor, dispatchers, root)
    end,
    filetypes = vim.list_extend(vim.list_extend({ 'yaml', 'json' }, workflows.FILETYPES), workflows.OTHER_FILETYPES),
    root_dir = root_dir,
    get_language_id = function(_, filetype)
      return (filetype:gsub('%..*$', ''))
    end,
    capabilities = capabilities(),
    before_init = function(params, resolved)
      params.initializationOptions = { calibrant = settings_of(resolved.settings), trust = trust() }
    end,
    on_init = function(client)
      client.settings = vim.tbl_extend('force', client.settings or {}, { calibrant = settings_of(client.settings) })
      check_age(client)
    end,
    handlers = {
      ['workspace/codeLens/refresh'] = require('calibrant.lens').refreshed,
      ['workspace/inlayHint/refresh'] = require('calibrant.hints').refreshed,
      ['textDocument/inlayHint'] = require('calibrant.hints').answered,
      ['textDocument/rename'] = require('calibrant.features').renamed,
      ['window/showMessageRequest'] = require('calibrant.asking').asked,
      ['calibrant/status'] = function(_, status)
        require('calibrant.status').told(status)
      end,
      ['calibrant/session'] = function(_, session, context)
        require('calibrant.session').ended(session, context.client_id)
      end,
    },
    commands = require('calibrant.lens').commands,
  }
end

--- Starts the server for a buffer, or attaches the one that serves its workspace.
---@param bufnr integer
---@param say? fun(problem: string) tells why it cannot be run
function M.start(bufnr, say)
  local resolved = vim.lsp.config[M.NAME]
  resolved.root_dir(bufnr, function(root)
    vim.lsp.start(vim.tbl_extend('force', resolved, { root_dir = root }), { bufnr = bufnr })
  end, say)
end

--- Returns the client that serves a buffer.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.of(bufnr)
  return vim.lsp.get_clients({ name = M.NAME, bufnr = bufnr })[1]
end

--- Calls a command of the server and hands over its answer, or its words where it refuses.
---@param client vim.lsp.Client
---@param command string without `calibrant.`
---@param argument table
---@param on_done fun(answer?: any, problem?: string)
function M.request(client, command, argument, on_done)
  local params = { command = 'calibrant.' .. command, arguments = { argument } }
  local sent = client:request('workspace/executeCommand', params, function(problem, answer)
    on_done(answer ~= vim.NIL and answer or nil, problem and problem.message)
  end)
  if not sent then
    on_done(nil, 'Calibrant’s server has ended. It can be started again by :Calibrant restart.')
  end
end

return M
