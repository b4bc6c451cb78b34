vim.filetype.add({
  pattern = {
    ['.*%.workflow%.yaml'] = { 'yaml.calibrant', { priority = 10 } },
    ['.*%.workflow%.yml'] = { 'yaml.calibrant', { priority = 10 } },
    ['.*%.workflow%.json'] = { 'json.calibrant', { priority = 10 } },
  },
})
