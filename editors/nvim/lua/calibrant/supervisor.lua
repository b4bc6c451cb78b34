--- Starts the server again when it ended although nobody asked it to, after longer and longer pauses.

local backoff = require('calibrant.backoff')
local tell = require('calibrant.tell')

local M = {}

---@param code integer
---@param signal integer
---@return string
local function how(code, signal)
  return signal ~= 0 and ('signal %d'):format(signal) or ('exit status %d'):format(code)
end

local function start_again()
  local client, workflows = require('calibrant.client'), require('calibrant.workflows')
  for _, bufnr in ipairs(workflows.buffers()) do
    if not client.of(bufnr) then
      client.start(bufnr)
    end
  end
end

--- Returns what is called when a server has ended. It remembers earlier ends.
---@return fun(code: integer, signal: integer)
function M.new()
  local ends = {} ---@type number[]
  return function(code, signal)
    table.insert(ends, vim.uv.now() / 1000)
    local delay = backoff.delay(ends)
    if not delay then
      tell.error(
        ('Calibrant’s server ended again (%s) and is not started any more. '):format(how(code, signal))
          .. ':Calibrant log tells why, :Calibrant restart starts it.'
      )
      return
    end
    tell.warn(('Calibrant’s server ended unexpectedly (%s); it starts again in %d s.'):format(how(code, signal), delay))
    vim.defer_fn(start_again, delay * 1000)
  end
end

return M
