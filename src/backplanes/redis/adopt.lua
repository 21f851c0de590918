-- Makes a later generation the writer of a stream: after this, what an earlier one appends is refused.
-- KEYS: what is known of the stream, its events. ARGV: generation, ms to live.
local known = redis.call('HMGET', KEYS[1], 'generation', 'last', 'runs')
local writer, generation = tonumber(known[1]), tonumber(ARGV[1])
if not writer then return {} end
if writer > generation then return 'older' end
if writer < generation then
  local runs = known[3]
  local before = tonumber(string.match(runs, ':(%d+)$') or '0')
  if tonumber(known[2]) > before then
    runs = runs .. (runs == '' and '' or ',') .. writer .. ':' .. known[2]
  end
  redis.call('HSET', KEYS[1], 'generation', generation, 'runs', runs)
  redis.call('HDEL', KEYS[1], 'begun')
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('HGETALL', KEYS[1])
