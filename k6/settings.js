// What the scripts read from the environment: BASE_URL, TOKENS, RATE, DURATION.

/** Where the gateway listens. */
export const baseUrl = (__ENV.BASE_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '');

/** A constant arrival rate: requests start on time whether or not earlier ones were answered, so a stall is seen. */
export const steadyLoad = {
  executor: /** @type {const} */ ('constant-arrival-rate'),
  rate: Number(__ENV.RATE || 300),
  timeUnit: '1s',
  duration: __ENV.DURATION || '30s',
  preAllocatedVUs: 50,
  maxVUs: 200,
};

/**
 * One request and what the gateway answers to it.
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {string} [token] absent: sent without one
 * @property {string} [method] GET unless given
 * @property {string} path
 * @property {Record<string, string>} [headers]
 * @property {string} [body]
 * @property {number | number[]} status several where the answer turns as a limit is used up: [200, 429]
 */

/**
 * @param {string} text the content of the TOKENS file
 * @returns {Case[]}
 */
export function parseCases(text) {
  /** @type {Case[]} */
  const cases = JSON.parse(text);
  if (!Array.isArray(cases) || cases.length === 0) throw new Error('TOKENS must name a JSON file with a list of cases');
  for (const c of cases) {
    if (!c.path || !c.status) throw new Error(`a case in TOKENS lacks path or status: ${c.name}`);
  }
  return cases;
}

/** @param {Case} c */
export function headersOf(c) {
  return c.token ? { ...c.headers, Authorization: `Bearer ${c.token}` } : { ...c.headers };
}

/**
 * @param {Case} c
 * @param {number} status
 */
export function isExpected(c, status) {
  return Array.isArray(c.status) ? c.status.includes(status) : c.status === status;
}
