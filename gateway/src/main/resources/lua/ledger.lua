-- Every operation on a store's counters. One script for all of them: a Redis that lost its scripts knows none, so a
-- batch is refused from a point on, never with holes. Never raises: the answer is {code, now, ...}; where counters are
-- told, it goes on with the store's epoch, and for each counter what is charged, the part of it that nodes hold, and the
-- version; both 0 for slots.
-- Commands of Redis 6.2 only. Times are milliseconds of this Redis's own clock.
--
-- KEYS[1]  the store's epoch, which stands as long as its counters do, and the life of the server on which they were seen to
--          be whole. Where it is gone the answer is COLD, where it names another life UNSURE, and nothing was done, but that
--          back freed slots. The operations time and alive have no such key, renew and slots have only their slots.
-- KEYS[2]  and on: counters, all of that store
-- ARGV[1]  operation: charge, read, back, add, put, lease, forfeit, fill, renew, slots, alive, time
-- ARGV[2]  the last millisecond at which to act; 0 for no bound
-- ARGV[3]  this server's life, which ends with its process
-- ARGV[4]  charge, back: what slots taken or given back are called; lease: the node; fill: the epoch that begins, or
--          empty while more counters follow; add, alive: the node
-- then for each counter five: kind (w window, l level, s slots, g grant), units, limit (-1 none), window start, window end
--   (a balance is several grants together, in Grant.SPENDING_ORDER: the first has the units, the others 0;
--   one with an end and no start is not asked after its end, rather than MOVED; charge answers what it took from each, in
--   the place of what is held)
--   (add has one counter, no slots; then: the number of what it adds, which is added once however often it is told)
--   (put answers what was counted before; it leaves slots, which are what is in flight, as they are)
--   (lease has one counter; its units are those wanted; then: epoch, number, give, hold, share)
--   (forfeit has one counter; then every node that lives)
--   (fill has the version in the limit's place; last of all: the latest epoch of a copy)
-- (renew has one key, and from ARGV[4] on the slots' full names)
--
-- A counter is a hash: c charged, h held by nodes and maybe unspent, v version, and for each node h:node its part of h,
-- n:node its last exchange, g:node what that granted, d:node the number of its last add; e is the epoch of all that is held:
-- under another it is forfeit. docs/decisions/0023 and 0041 have the rules and why they hold.

local DONE, OVER, MOVED, LATE, COLD, HELD, FAULT, UNSURE = 0, 1, 2, 3, 4, 5, 6, 7
local OPERATION, BOUND, LIFE, NAME = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
-- A slot that nobody renews is free after this; SlotKeeper renews in a third of it.
local SLOT_MS = 15000
-- A counter outlives its window by this, so that a clock set back does not start it anew.
local GRACE_MS = 3600000
-- An epoch outlives the longest window; filling again what is still there changes nothing.
local EPOCH_MS = 45 * 86400000
-- A node that was not heard of for so long is not among those that live.
local ALIVE_MS = 15000
-- Where nodes hear that somebody is short of units.
local RECALL = 'tg:recall'

-- An argument of which line i is the first counter's.
local function line(i, n)
  return ARGV[5 * i + n - 5]
end

-- The store's epoch and the life that it was seen whole in; none where it is gone.
local function begun()
  return string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%w+)$')
end

local function load(kind, key, now, epoch)
  if kind == 's' then
    return redis.call('ZCOUNT', key, '(' .. string.format('%.0f', now), '+inf'), 0, 0
  end
  local found = redis.call('HMGET', key, 'c', 'h', 'v', 'e')
  return tonumber(found[1] or 0), found[4] == epoch and tonumber(found[2]) or 0, tonumber(found[3] or 0)
end

-- Counter i of an answer.
local function tell(answer, i, used, held, version)
  answer[3 * i - 2], answer[3 * i - 1], answer[3 * i] = used, held, version
end

-- A counter's first version begins its life.
local function change(kind, key, till)
  local version = redis.call('HINCRBY', key, 'v', 1)
  if version == 1 and till > 0 then
    redis.call('PEXPIREAT', key, till + GRACE_MS)
    redis.call('PEXPIRE', KEYS[1], EPOCH_MS)
  end
  return version
end

local function add(kind, key, units, till, now)
  if kind == 's' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    for n = 1, tonumber(units) do
      redis.call('ZADD', key, now + SLOT_MS, NAME .. ':' .. n)
    end
    redis.call('PEXPIRE', key, SLOT_MS)
    return redis.call('ZCARD', key), 0
  end
  return redis.call('HINCRBY', key, 'c', units), change(kind, key, till)
end

local function free(key, units)
  for n = 1, tonumber(units) do
    redis.call('ZREM', key, NAME .. ':' .. n)
  end
end

-- What nodes hold stays charged.
local function back(kind, key, units, now, epoch)
  if kind == 's' then
    free(key, units)
    return load(kind, key, now, epoch)
  end
  local used, held, version = load(kind, key, now, epoch)
  local less = math.min(used - held, tonumber(units))
  if less > 0 then
    used = redis.call('HINCRBY', key, 'c', -less)
    version = change(kind, key, 0)
  end
  return used, held, version
end

-- What a node let pass while it could not ask.
local function add_once(kind, key, units, till, now)
  local number, field = tonumber(ARGV[10]), 'd:' .. NAME
  if number > tonumber(redis.call('HGET', key, field) or 0) then
    redis.call('HSET', key, field, number)
    add(kind, key, units, till, now)
  end
end

-- A counter that reads what somebody else counted, besides what nodes hold.
local function put(kind, key, units, held, till)
  if kind ~= 's' then
    redis.call('HSET', key, 'c', tonumber(units) + held)
    change(kind, key, till)
  end
end

-- What was held under another epoch stays charged, and nobody gives it back.
local function forget_held(key, epoch)
  local all = redis.call('HGETALL', key)
  for n = 1, #all, 2 do
    if string.find(all[n], '^[hng]:') then
      redis.call('HDEL', key, all[n])
    end
  end
  redis.call('HSET', key, 'h', 0, 'e', epoch)
end

local function lease(now, epoch)
  local key, want, limit, till = KEYS[2], tonumber(line(2, 1)), tonumber(line(2, 2)), tonumber(line(2, 4))
  local node, number, give, hold = NAME, tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
  if ARGV[10] ~= epoch then
    return {COLD, now}
  elseif redis.call('HGET', key, 'e') ~= epoch then
    forget_held(key, epoch)
  end
  local found = redis.call('HMGET', key, 'c', 'h', 'h:' .. node, 'n:' .. node, 'g:' .. node, 'v')
  local used, held = tonumber(found[1] or 0), tonumber(found[2] or 0)
  local last = tonumber(found[4] or 0)
  if number <= last then
    return {DONE, now, tonumber(epoch), used, held, tonumber(found[6] or 0), number == last and tonumber(found[5]) or 0}
  end
  used = math.max(0, used - give)
  local room = want
  if limit >= 0 then
    room = math.max(0, math.floor((limit - used) / tonumber(ARGV[14])))
  end
  local granted = math.min(want, room)
  used = used + granted
  held = held + hold + granted - tonumber(found[3] or 0)
  redis.call('HSET', key, 'c', used, 'h', held, 'h:' .. node, hold + granted, 'n:' .. node, number, 'g:' .. node, granted)
  return {DONE, now, tonumber(epoch), used, held, change('w', key, till), granted}
end

-- What nodes held that are not among the living is lost to the window; it stays charged.
local function forfeit(now, epoch)
  local living, lost = {}, 0
  if redis.call('HGET', KEYS[2], 'e') ~= epoch then
    return {DONE, now, lost}
  end
  for n = 10, #ARGV do
    living['h:' .. ARGV[n]] = true
  end
  local all = redis.call('HGETALL', KEYS[2])
  for n = 1, #all, 2 do
    if string.sub(all[n], 1, 2) == 'h:' and not living[all[n]] then
      lost = lost + tonumber(all[n + 1])
      redis.call('HDEL', KEYS[2], all[n])
    end
  end
  if lost > 0 then
    redis.call('HINCRBY', KEYS[2], 'h', -lost)
    change('w', KEYS[2], tonumber(line(2, 4)))
  end
  return {DONE, now, lost}
end

-- Another epoch is to begin, under which nothing is held: leases of the one before are void.
local function lost()
  redis.call('DEL', KEYS[1])
end

-- Counters of a Redis that came back, with all of it, some or none. What is there already is newer, unless its version is
-- older than the copy's, or its epoch is; without an epoch also unless it is less: versions may have begun anew then.
local function fill(now)
  local epoch, life = begun()
  local whole = life == LIFE
  if epoch and not whole and tonumber(epoch) < tonumber(ARGV[#ARGV]) then
    epoch = lost()
  end
  for i = 2, #KEYS do
    local used, _, version = load('w', KEYS[i], now)
    local copied, copy = tonumber(line(i, 1)), tonumber(line(i, 2))
    if version == 0 or not whole and (version < copy or not epoch and used < copied) then
      redis.call('DEL', KEYS[i])
      redis.call('HSET', KEYS[i], 'c', math.max(used, copied), 'v', math.max(version, copy))
      if tonumber(line(i, 4)) > 0 then
        redis.call('PEXPIREAT', KEYS[i], tonumber(line(i, 4)) + GRACE_MS)
      end
      if not whole then
        epoch = lost()
      end
    end
  end
  if NAME ~= '' and not whole then
    redis.call('SET', KEYS[1], (epoch or NAME) .. ' ' .. LIFE, 'PX', EPOCH_MS)
  end
  return {DONE, now}
end

local function renew(now)
  for n = 4, #ARGV do
    redis.call('ZADD', KEYS[1], now + SLOT_MS, ARGV[n])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('PEXPIRE', KEYS[1], SLOT_MS)
  return {DONE, now, redis.call('ZCARD', KEYS[1])}
end

-- What is in flight, by name.
local function slots(now)
  return {DONE, now, redis.call('ZRANGE', KEYS[1], '(' .. string.format('%.0f', now), '+inf', 'BYSCORE')}
end

-- The node lives; so do these.
local function alive(now)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ALIVE_MS)
  redis.call('ZADD', KEYS[1], now, NAME)
  redis.call('PEXPIRE', KEYS[1], ALIVE_MS)
  return {DONE, now, redis.call('ZRANGE', KEYS[1], 0, -1)}
end

-- What grant i gives of what is missing.
local function rest(i, used, missing, now)
  local limit, till = tonumber(line(i, 2)), tonumber(line(i, 4))
  if till > 0 and now >= till then
    return 0
  end
  return limit < 0 and missing or math.max(0, math.min(missing, limit - used))
end

-- Whether grant i is the last of its balance.
local function ends(i)
  return i == #KEYS or line(i + 1, 0) ~= 'g' or tonumber(line(i + 1, 1)) > 0
end

-- All counters of a request, or none. HELD: what does not fit would, if what nodes hold came back; they are told.
local function charge(now, epoch)
  local answer, wanted, takes, missing = {DONE, now, tonumber(epoch)}, {}, {}, 0
  for i = 2, #KEYS do
    local kind, key, units, limit = line(i, 0), KEYS[i], tonumber(line(i, 1)), tonumber(line(i, 2))
    local used, held, version = load(kind, key, now, epoch)
    wanted[key] = (wanted[key] or 0) + units
    takes[i] = units
    if kind == 'g' then
      missing = missing + units
      takes[i] = rest(i, used, missing, now)
      missing = missing - takes[i]
      if missing > 0 and ends(i) then
        answer[1] = OVER
        missing = 0
      end
    elseif limit >= 0 and used + wanted[key] > limit then
      if used - held + wanted[key] > limit then
        answer[1] = OVER
      elseif answer[1] == DONE then
        answer[1] = HELD
      end
    end
    tell(answer, i, used, held, version)
  end
  for i = 2, #KEYS do
    if answer[1] == DONE and takes[i] > 0 then
      local grant = line(i, 0) == 'g'
      local used, version = add(line(i, 0), KEYS[i], takes[i], tonumber(line(i, 4)), now)
      tell(answer, i, used, grant and takes[i] or answer[3 * i - 1], version)
    elseif answer[1] == HELD and answer[3 * i - 1] > 0 then
      redis.call('PUBLISH', RECALL, KEYS[i])
    end
  end
  return answer
end

local function each(now, epoch)
  local answer = {DONE, now, tonumber(epoch)}
  for i = 2, #KEYS do
    local kind, key, units, from, till = line(i, 0), KEYS[i], line(i, 1), tonumber(line(i, 3)), tonumber(line(i, 4))
    local used, held, version = 0, 0, 0
    if till > 0 and (now < from or now >= till) then
      -- what comes after its window changes nothing
    elseif OPERATION == 'back' then
      used, held, version = back(kind, key, units, now, epoch)
    elseif OPERATION == 'add' then
      add_once(kind, key, units, till, now)
      used, held, version = load(kind, key, now, epoch)
    else
      used, held, version = load(kind, key, now, epoch)
      if OPERATION == 'put' then
        put(kind, key, units, held, till)
      end
    end
    tell(answer, i, used, held, version)
  end
  return answer
end

-- Slots may be there before the epoch: a renewal brings them.
local function back_cold()
  for i = 2, #KEYS do
    if line(i, 0) == 's' then
      free(KEYS[i], line(i, 1))
    end
  end
end

local function outside(now)
  for i = 2, #KEYS do
    local from = tonumber(line(i, 3))
    if from > 0 and (now < from or now >= tonumber(line(i, 4))) then
      return true
    end
  end
  return false
end

local NEEDS_WINDOW = { charge = true, read = true, put = true, lease = true, forfeit = true }

local function run()
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if OPERATION == 'time' then
    return {DONE, now}
  end
  if BOUND > 0 and now > BOUND then
    return {LATE, now}
  end
  if OPERATION == 'alive' then
    return alive(now)
  elseif OPERATION == 'renew' then
    return renew(now)
  elseif OPERATION == 'slots' then
    return slots(now)
  elseif OPERATION == 'fill' then
    return fill(now)
  end
  local epoch, life = begun()
  if life ~= LIFE then
    if OPERATION == 'back' then
      back_cold()
    end
    return {epoch and UNSURE or COLD, now}
  elseif NEEDS_WINDOW[OPERATION] and outside(now) then
    return {MOVED, now}
  elseif OPERATION == 'charge' then
    return charge(now, epoch)
  elseif OPERATION == 'lease' then
    return lease(now, epoch)
  elseif OPERATION == 'forfeit' then
    return forfeit(now, epoch)
  end
  return each(now, epoch)
end

local fine, answer = pcall(run)
if fine then
  return answer
end
return {FAULT, 0, type(answer) == 'table' and answer.err or tostring(answer)}
