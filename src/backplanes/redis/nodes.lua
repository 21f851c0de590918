-- Puts a node on the list, takes old ones off, gives those that were there lately.
-- KEYS: the list. ARGV: node, url, ms that count as lately, ms after which one is taken off, how many at most.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'hash' and kind ~= 'none' then redis.call('UNLINK', KEYS[1]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local listed, found = redis.call('HGETALL', KEYS[1]), {}
for index = 1, #listed, 2 do
  local at, url = string.match(listed[index + 1], '^(%d+) (.*)$')
  local age = now - (tonumber(at) or 0)
  -- Who seems to come later was there before the clock was set back: whoever still is says so again at once.
  if age > tonumber(ARGV[4]) or age < 0 then
    redis.call('HDEL', KEYS[1], listed[index])
  elseif age <= tonumber(ARGV[3]) and #found < tonumber(ARGV[5]) * 2 then
    found[#found + 1] = listed[index]
    found[#found + 1] = url
  end
end
return found
