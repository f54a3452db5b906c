-- The gate: token, entitlement (kept 60 s, else HMGET), daily count (one EVALSHA), then the upstream or a refusal in JSON.
local cjson = require "cjson.safe"
local lrucache = require "resty.lrucache"
local redis = require "nginx.redis"
local token = require "token"

local ROUTES = { { prefix = "/gated", feature = "analytics_dashboard", order = 2, tier = "Professional" } }
local COUNT = [[
  local n = redis.call('INCR', KEYS[1])
  if n == 1 then redis.call('EXPIRE', KEYS[1], 172800) end
  return n]]
local KEPT_SECONDS = 60
local IDLE_MILLIS, POOL = 60000, 512

local function read(file)
  local f = assert(io.open(file))
  local text = f:read("*a")
  f:close()
  return text
end

local function say(status, body)
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.print(cjson.encode(body))
  return ngx.exit(status)
end

local function route()
  local uri = ngx.var.uri
  for i = 1, #ROUTES do
    if uri:sub(1, #ROUTES[i].prefix) == ROUTES[i].prefix then return ROUTES[i] end
  end
end

local M = {}

function M.new(folder, redis_port)
  local secret, key = read(folder .. "/hs256.secret"), token.public_key(read(folder .. "/rs256.pub"))
  local entitlements = lrucache.new(20000)
  local sha

  local function connect()
    local r = redis:new()
    r:set_timeout(2000)
    local ok, err = r:connect("127.0.0.1", redis_port, { pool_size = POOL })
    return ok and r, err
  end

  local function load(r, store)
    local v = r:hmget("ent:" .. store, "order", "limit")
    if not v then return end
    local found = { order = tonumber(v[1]) or 0, limit = tonumber(v[2]) or 0 }
    entitlements:set(store, found, KEPT_SECONDS)
    return found
  end

  local function count(r, key)
    local n = sha and r:evalsha(sha, 1, key)
    if not n then
      sha = r:script("load", COUNT)
      n = r:evalsha(sha, 1, key)
    end
    return n
  end

  local function upgrade(claims) return "/store/" .. claims.store_id .. "/billing" end

  local function access()
    local matched = route()
    if not matched then return end
    local header = ngx.var.http_authorization
    if not header or header:sub(1, 7) ~= "Bearer " then return say(401, { detail = "Missing token" }) end
    local claims = token.verify(header:sub(8), secret, key, ngx.time())
    if not claims then return say(401, { detail = "Invalid token" }) end

    local store, r = claims.store_id, nil
    local held = entitlements:get(store)
    if not held then
      r = connect()
      held = r and load(r, store)
      if not held then return say(503, { detail = "Redis is away" }) end
    end
    if held.order < matched.order then
      if r then r:set_keepalive(IDLE_MILLIS, POOL) end
      return say(403, {
        detail = "Feature '" .. matched.feature .. "' requires " .. matched.tier .. " tier or higher",
        feature_code = matched.feature, required_tier = matched.tier, upgrade_url = upgrade(claims) })
    end

    r = r or connect()
    local n = r and count(r, "lua:" .. store .. ":" .. matched.feature .. ":" .. ngx.today())
    if not n then return say(503, { detail = "Redis is away" }) end
    r:set_keepalive(IDLE_MILLIS, POOL)
    if n > held.limit then
      ngx.header["Retry-After"] = 86400 - ngx.time() % 86400
      return say(429, { detail = "Daily limit reached", feature_code = matched.feature, limit = held.limit,
        upgrade_url = upgrade(claims) })
    end
    ngx.req.set_header("X-Store-Id", store)
  end

  return { access = access }
end

return M
