-- Takes from a bucket, whose level sinks with the time of Redis. KEYS: bucket. ARGV: amount, ms, most, cost.
local amount, per, most, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local level, at = 0, now
local known = redis.call('GET', KEYS[1])
if known then
  local before, when = string.match(known, '^(%S+) (%S+)$')
  level, at = tonumber(before) or 0, tonumber(when) or now
end
-- A clock that was set back takes nothing away, and gives nothing.
if now > at then level = math.max(0, level - (now - at) * amount / per) end
if cost == 0 then return string.format('%.6f', level) end
level = math.min(level + cost, most)
local ms = math.ceil(level * per / amount) + 1
redis.call('SET', KEYS[1], string.format('%.17g %.3f', level, now), 'PX', string.format('%.0f', ms))
return string.format('%.6f', level)
