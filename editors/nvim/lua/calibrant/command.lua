--- `:Calibrant`: its subcommands, what they take, and how they complete.

local client_of = require('calibrant.client').of
local tell = require('calibrant.tell')

local M = {}

---@class calibrant.Given
---@field bufnr integer
---@field bang boolean
---@field words string[] what stands after the subcommand

---@class calibrant.Subcommand
---@field run fun(given: calibrant.Given)
---@field complete? fun(client: vim.lsp.Client, bufnr: integer, lead: string): string[]

---@param words string[]
---@return table<string, string>?, table<string, boolean>? # inputs, and options such as `--live`
local function values_of(words)
  local values, options = {}, {}
  for _, word in ipairs(words) do
    local name, value = word:match('^([%a_][%w_]*)=(.*)$')
    local option = word:match('^%-%-(%a+)$')
    if name then
      values[name] = value
    elseif option == 'live' or option == 'partial' then
      options[option] = true
    else
      tell.error(('‘%s’ is neither an input, as in mailbox=inbox.mbox, nor --live or --partial.'):format(word))
      return nil
    end
  end
  return values, options
end

---@type table<string, calibrant.Subcommand>
local subcommands = {
  calibrate = {
    run = function(given)
      local values, options = values_of(given.words)
      if values and options then
        local more = { inputs = values, ask = given.bang, live = options.live, partial = options.partial }
        require('calibrant.run').calibrate(given.bufnr, more)
      end
    end,
    complete = function(client, bufnr, lead)
      local words = require('calibrant.inputs').completed(client, vim.uri_from_bufnr(bufnr), lead)
      return vim.list_extend(words, { '--live', '--partial' })
    end,
  },
  workspace = {
    run = function(given)
      require('calibrant.run').workspace(given.bufnr)
    end,
  },
  cancel = {
    run = function(given)
      local run = require('calibrant.run')
      local cancel = given.bang and run.cancel_all or run.cancel
      cancel(given.bufnr)
    end,
  },
  fix = {
    run = function(given)
      local fixes = require('calibrant.fixes')
      if given.bang then
        fixes.choose(given.bufnr)
      else
        fixes.apply(given.bufnr, given.words)
      end
    end,
    complete = function(client, bufnr)
      return require('calibrant.fixes').completed(client, bufnr)
    end,
  },
  rollback = {
    run = function(given)
      require('calibrant.rollback').start(given.bufnr, { session = given.words[1], at_once = given.bang })
    end,
    complete = function(client, bufnr)
      return require('calibrant.history').completed(client, vim.uri_from_bufnr(bufnr))
    end,
  },
  history = {
    run = function(given)
      require('calibrant.history').show(given.bufnr)
    end,
  },
  results = {
    run = function(given)
      local kind = given.words[1] or 'issues'
      if kind ~= 'issues' and kind ~= 'steps' then
        return tell.error(('‘%s’ is not a kind of results. There are: issues, steps.'):format(kind))
      end
      require('calibrant.results').show(given.bufnr, kind)
    end,
    complete = function()
      return { 'issues', 'steps' }
    end,
  },
  toolchains = {
    run = function(given)
      require('calibrant.toolchains').show(given.bufnr)
    end,
  },
  inputs = {
    run = function(given)
      require('calibrant.inputs').edit(given.bufnr)
    end,
  },
  trust = {
    run = function(given)
      require('calibrant.lifecycle').trust(given.bufnr)
    end,
  },
  restart = {
    run = function(given)
      require('calibrant.lifecycle').restart(given.bufnr)
    end,
  },
  status = {
    run = function(given)
      require('calibrant.lifecycle').status(given.bufnr)
    end,
  },
  log = {
    run = function()
      require('calibrant.lifecycle').log()
    end,
  },
}

--- Returns the buffer that a command is about: the current one, or that of the result in the quickfix window.
---@return integer
local function subject()
  local bufnr = vim.api.nvim_get_current_buf()
  return vim.bo[bufnr].buftype == 'quickfix' and require('calibrant.results').shown() or bufnr
end

---@return string[]
local function names()
  return vim.fn.sort(vim.tbl_keys(subcommands))
end

--- Runs `:Calibrant`; alone, it tells what there is. The bang may stand behind the subcommand, where people expect it.
---@param given {bang: boolean, fargs: string[]}
function M.run(given)
  local first, known = given.fargs[1], table.concat(names(), ', ')
  if not first then
    return tell.info((':Calibrant takes one of these: %s. See :help :Calibrant.'):format(known))
  end
  local word, bang = first:match('^(%a*)(!?)$')
  local subcommand = subcommands[word]
  if not subcommand then
    return tell.error(('There is no :Calibrant %s. There is: %s.'):format(first, known))
  end
  subcommand.run({
    bufnr = subject(),
    bang = given.bang or bang == '!',
    words = vim.list_slice(given.fargs, 2),
  })
end

---@param before string what stands before the word that is completed
---@param lead string
---@return string[]
local function candidates(before, lead)
  local word = before:match('%u%a*!?%s+(%S+)') -- modifiers such as `silent` are in lower case
  if not word then
    return names()
  end
  local subcommand = subcommands[(word:gsub('!$', ''))]
  local bufnr = subject()
  local client = client_of(bufnr)
  return client and subcommand and subcommand.complete and subcommand.complete(client, bufnr, lead) or {}
end

--- Completes `:Calibrant`.
---@param lead string
---@param line string
---@param at integer the cursor's place in it, in bytes
---@return string[]
function M.complete(lead, line, at)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, candidates(line:sub(1, at - #lead), lead))
end

return M
