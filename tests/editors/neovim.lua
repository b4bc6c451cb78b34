-- The configuration of the Neovim that the tests drive: it writes down what the user is told and asked, and answers as they say.
_G.Told, _G.Asked, _G.Answers = {}, {}, {}

function vim.notify(message, level)
  table.insert(Told, { message = message, level = level })
end

local function windows()
  return vim.tbl_map(function(window)
    local bufnr = vim.api.nvim_win_get_buf(window)
    return {
      lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false),
      diff = vim.wo[window].diff,
      title = vim.wo[window].winbar,
    }
  end, vim.api.nvim_tabpage_list_wins(0))
end

local function asked(prompt, items, default)
  local question = { prompt = prompt, items = items, default = default, windows = windows() }
  table.insert(Asked, question)
  for index, answer in ipairs(Answers) do
    if prompt:find(answer.prompt, 1, true) then
      return table.remove(Answers, index).answer
    end
  end
end

function vim.ui.select(items, opts, on_choice)
  local words = vim.tbl_map(opts.format_item or tostring, items)
  local answer = asked(opts.prompt, words)
  for index, word in ipairs(words) do
    if answer and word:find(answer, 1, true) then
      return on_choice(items[index], index)
    end
  end
  on_choice(nil, nil)
end

function vim.ui.input(opts, on_confirm)
  on_confirm(asked(opts.prompt, vim.empty_dict(), opts.default))
end

--- Runs a file of Lua and returns what it returns as JSON.
function _G.Run(path)
  local ok, value = xpcall(dofile, debug.traceback, path)
  if ok then
    return vim.json.encode({ value = value, ran = true })
  end
  return vim.json.encode({ problem = value })
end
