-- What lies in `.github/workflows` is GitHub's, whatever it is called.
local function native(filetype)
  return function(path)
    return not path:match('[/\\]%.github[/\\]workflows[/\\][^/\\]*$') and filetype or nil
  end
end

vim.filetype.add({
  pattern = {
    ['.*%.workflow%.yaml'] = { native('yaml.calibrant'), { priority = 10 } },
    ['.*%.workflow%.yml'] = { native('yaml.calibrant'), { priority = 10 } },
    ['.*%.workflow%.json'] = { 'json.calibrant', { priority = 10 } },
  },
})
