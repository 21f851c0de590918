-- Appends events to the copy of a stream, or begins it anew.
-- KEYS: the events, what is known of them. ARGV: generation, ms to live, most events, base, oldest, whether it is ended,
-- whether it begins anew, (about, earlier runs, which beginning of its node it is); then for each event its data and the id of the request it answers.
local generation, ttl, most = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local base, oldest = tonumber(ARGV[4]), tonumber(ARGV[5])
local known = redis.call('HMGET', KEYS[2], 'generation', 'last')
local writer, last = tonumber(known[1]), tonumber(known[2])

if writer and writer > generation then return 'older' end

local from = 8
if ARGV[7] == '1' then
  -- One that comes late, over a connection that was given up, must not undo what was written since.
  if writer == generation and (tonumber(redis.call('HGET', KEYS[2], 'begun')) or 0) > tonumber(ARGV[10]) then
    return 'older'
  end
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[2], 'generation', generation, 'about', ARGV[8], 'runs', ARGV[9], 'last', base, 'begun', ARGV[10])
  last, from = base, 11
elseif writer ~= generation or not last or base > last then
  return 'missing'
end

local answers = {}
for index = from, #ARGV, 2 do
  local offset = base + 1 + (index - from) / 2
  if offset > last then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', most, generation .. '-' .. offset, 'd', ARGV[index])
    if ARGV[index + 1] ~= '' then
      answers[#answers + 1] = 'a' .. offset
      answers[#answers + 1] = ARGV[index + 1]
    end
    last = offset
  end
end
-- What answers is known for as long as the stream, but not without end.
if #answers > 0 and redis.call('HLEN', KEYS[2]) < 2000 then redis.call('HSET', KEYS[2], unpack(answers)) end
redis.call('HSET', KEYS[2], 'last', last)
if ARGV[6] == '1' then redis.call('HSET', KEYS[2], 'ended', '1') end
if oldest > 0 then redis.call('XTRIM', KEYS[1], 'MINID', generation .. '-' .. oldest) end
redis.call('PEXPIRE', KEYS[1], ttl)
redis.call('PEXPIRE', KEYS[2], ttl)
return 'kept'
