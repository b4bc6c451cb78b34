--- When a server that ended unexpectedly is started again.

local M = {}

--- So many ends within so many seconds are too many.
M.ATTEMPTS = 5
M.WINDOW = 180

--- Returns after how many seconds to try again, or nil where it is time to give up.
---@param ends number[] the times in seconds at which it ended, the last one just now
---@return integer?
function M.delay(ends)
  local now = ends[#ends]
  local recent = #vim.tbl_filter(function(time)
    return now - time < M.WINDOW
  end, ends)
  return recent <= M.ATTEMPTS and 2 ^ (recent - 1) or nil
end

return M
