if vim.g.loaded_calibrant then
  return
end
vim.g.loaded_calibrant = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('Calibrant needs Neovim 0.11 or newer; this one is older. Nothing was set up.', vim.log.levels.ERROR)
  return
end

require('calibrant.setup')()
