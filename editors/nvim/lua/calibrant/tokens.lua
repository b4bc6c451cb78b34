--- The parts of expressions in a line, for colouring. What is wrong in them, the server knows.

local M = {}

---@class calibrant.Token
---@field from integer the first byte, from 0
---@field to integer behind the last byte
---@field group string the highlight group

local WORDS = {}
for _, word in ipairs({ 'and', 'or', 'not', 'in', 'is', 'if', 'else' }) do
  WORDS[word] = 'calibrantKeyword'
end
for _, word in ipairs({ 'true', 'false', 'none', 'True', 'False', 'None' }) do
  WORDS[word] = 'calibrantConstant'
end

---@type {pattern: string, group: string|fun(word: string): string}[] the first that fits counts
local KINDS = {
  { pattern = "^'[^']*'", group = 'calibrantString' },
  { pattern = '^\\?"[^"]*"', group = 'calibrantString' },
  { pattern = '^|%s*[%a_][%w_]*', group = 'calibrantFilter' },
  { pattern = '^%.%s*[%a_][%w_]*', group = 'calibrantExpression' },
  {
    pattern = '^[%a_][%w_]*',
    group = function(word)
      return WORDS[word] or 'calibrantRoot'
    end,
  },
  { pattern = '^%d+%.?%d*', group = 'calibrantNumber' },
  { pattern = '^[-+*/%%~<>=!]+', group = 'calibrantOperator' },
}

---@param line string
---@param at integer from 1
---@param stop integer the last byte of the expression
---@return integer, string # where the part ends, and its group
local function part(line, at, stop)
  for _, kind in ipairs(KINDS) do
    local _, last = line:find(kind.pattern, at)
    if last and last <= stop then
      local group = kind.group
      return last, type(group) == 'function' and group(line:sub(at, last)) or group --[[@as string]]
    end
  end
  return at, 'calibrantExpression'
end

---@param tokens calibrant.Token[]
---@param from integer from 1
---@param to integer the last byte
---@param group string
local function add(tokens, from, to, group)
  table.insert(tokens, { from = from - 1, to = to, group = group })
end

--- Returns the parts of all expressions that end in their line.
---@param line string
---@return calibrant.Token[]
function M.of(line)
  local tokens, at = {}, 1
  while true do
    local open = line:find('{{', at, true)
    local close = open and line:find('}}', open + 2, true)
    if not open or not close then
      return tokens
    end
    local again = line:find('{{', open + 2, true)
    if again and again < close then
      at = again
    else
      add(tokens, open, open + 1, 'calibrantBraces')
      local here = open + 2
      while here < close do
        local last, group = part(line, here, close - 1)
        add(tokens, here, last, group)
        here = last + 1
      end
      add(tokens, close, close + 1, 'calibrantBraces')
      at = close + 2
    end
  end
end

return M
