--- What is set up when Neovim starts: the command, the mappings, and what listens. All else is loaded when it is used.

local PLUGS = {
  calibrate = 'calibrate',
  ['calibrate-workspace'] = 'workspace',
  cancel = 'cancel',
  fix = 'fix',
  ['choose-fix'] = 'fix!',
  rollback = 'rollback',
  history = 'history',
  results = 'results',
  steps = 'results steps',
  inputs = 'inputs',
  toolchains = 'toolchains',
  trust = 'trust',
}

local function command()
  vim.api.nvim_create_user_command('Calibrant', function(given)
    require('calibrant.command').run(given)
  end, {
    nargs = '*',
    bang = true,
    desc = 'Calibrate the workflow in this buffer, and mend it',
    complete = function(...)
      return require('calibrant.command').complete(...)
    end,
  })
end

local function mappings()
  for name, subcommand in pairs(PLUGS) do
    local keys, does = ('<Plug>(calibrant-%s)'):format(name), ('<Cmd>Calibrant %s<CR>'):format(subcommand)
    vim.keymap.set('n', keys, does, { desc = 'Calibrant: ' .. name:gsub('-', ' ') })
  end
end

local function listeners()
  local group = vim.api.nvim_create_augroup('calibrant', {})
  vim.api.nvim_create_autocmd('BufWritePre', {
    group = group,
    pattern = '*.workflow.*',
    desc = 'Apply all safe fixes, where the user has set that',
    callback = function(event)
      if require('calibrant.config').get().fix_on_save then
        require('calibrant.fixes').before_save(event.buf)
      end
    end,
  })
  -- not `on_attach` of the configuration: there, the user's own for all servers would not be called
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    desc = 'Show the code lenses of a workflow, and switch on what the user wants',
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'calibrant' then
        require('calibrant.lens').attach(client, event.buf)
        require('calibrant.features').attach(client, event.buf)
      end
    end,
  })
  vim.api.nvim_create_autocmd('LspProgress', {
    group = group,
    desc = 'Show the progress of runs in the status line',
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'calibrant' then
        vim.cmd.redrawstatus({ bang = true })
      end
    end,
  })
end

return function()
  command()
  mappings()
  listeners()
  require('calibrant.highlight').setup()
  if require('calibrant.config').get().enable then
    vim.lsp.enable('calibrant')
  end
end
