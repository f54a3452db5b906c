// Sends a case with its store's token, from the TOKENS file.
import http from 'k6/http';
import { baseUrl } from './settings.js';

/** By tier; `tiergate demo` writes the file. */
const tokens = tokensByTier(open(__ENV.TOKENS || '../.demo/tokens.json'));

/**
 * @param {string} text
 * @returns {Map<string, string>}
 */
function tokensByTier(text) {
  /** @type {{ tier: string, token: string }[]} */
  const list = JSON.parse(text);
  return new Map(list.map(({ tier, token }) => [tier, token]));
}

/** @param {import('./cases.js').Case} c */
export function send(c) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (c.body) headers['Content-Type'] = 'application/json';
  if (c.tier) {
    const token = tokens.get(c.tier);
    if (!token) throw new Error(`TOKENS holds no token of the tier ${c.tier}`);
    headers.Authorization = `Bearer ${token}`;
  }
  const body = c.body ? JSON.stringify(c.body) : null;
  return http.request(c.method || 'GET', baseUrl + c.path, body, { headers, tags: { name: c.name } });
}
