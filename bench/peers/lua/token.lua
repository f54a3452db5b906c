-- Verifies a compact JWS, HS256 or RS256, by libcrypto (OpenSSL 3) through FFI.
local ffi = require "ffi"
local cjson = require "cjson.safe"
local decode = require("ngx.base64").decode_base64url
local crypto = ffi.load("libcrypto.so.3")

ffi.cdef[[
typedef struct evp_md_st EVP_MD;
typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_pkey_ctx_st EVP_PKEY_CTX;
typedef struct bio_st BIO;
const EVP_MD *EVP_sha256(void);
unsigned char *HMAC(const EVP_MD *m, const void *key, int keylen, const unsigned char *d, size_t n, unsigned char *md,
                    unsigned int *mdlen);
BIO *BIO_new_mem_buf(const void *buf, int len);
int BIO_free(BIO *a);
EVP_PKEY *PEM_read_bio_PUBKEY(BIO *bp, EVP_PKEY **x, void *cb, void *u);
EVP_MD_CTX *EVP_MD_CTX_new(void);
int EVP_MD_CTX_reset(EVP_MD_CTX *);
int EVP_DigestVerifyInit(EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, void *e, EVP_PKEY *pkey);
int EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *sig, size_t siglen, const unsigned char *tbs, size_t tbslen);
int CRYPTO_memcmp(const void *a, const void *b, size_t len);
]]

local HASH_BYTES = 32
local sha256 = crypto.EVP_sha256()
local context = crypto.EVP_MD_CTX_new()
local hash, length = ffi.new("unsigned char[64]"), ffi.new("unsigned int[1]")
local find, sub = string.find, string.sub

local function hs256(input, signature, secret)
  crypto.HMAC(sha256, secret, #secret, input, #input, hash, length)
  return #signature == HASH_BYTES and crypto.CRYPTO_memcmp(hash, signature, HASH_BYTES) == 0
end

local function rs256(input, signature, key)
  crypto.EVP_MD_CTX_reset(context)
  return crypto.EVP_DigestVerifyInit(context, nil, sha256, nil, key) == 1
    and crypto.EVP_DigestVerify(context, signature, #signature, input, #input) == 1
end

local M = {}

function M.public_key(pem)
  local bio = crypto.BIO_new_mem_buf(pem, #pem)
  local key = crypto.PEM_read_bio_PUBKEY(bio, nil, nil, nil)
  crypto.BIO_free(bio)
  return assert(key ~= nil and key, "not a public key in PEM")
end

-- The claims; nil for a token that is not good now.
function M.verify(text, secret, key, now)
  local first = find(text, ".", 1, true)
  local second = first and find(text, ".", first + 1, true)
  if not second then return end
  local header = cjson.decode(decode(sub(text, 1, first - 1)) or "")
  local signature = decode(sub(text, second + 1))
  if type(header) ~= "table" or not signature then return end
  local input = sub(text, 1, second - 1)
  local good = header.alg == "HS256" and hs256(input, signature, secret)
    or header.alg == "RS256" and rs256(input, signature, key)
  if not good then return end
  local claims = cjson.decode(decode(sub(text, first + 1, second - 1)) or "")
  if type(claims) ~= "table" then return end
  if claims.exp and claims.exp <= now or claims.nbf and claims.nbf > now then return end
  return claims
end

return M
