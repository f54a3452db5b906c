// Claim: every case of the TOKENS file is answered as it says, once, and every refusal tells why.
import http from 'k6/http';
import { check } from 'k6';
import { baseUrl, headersOf, isExpected, parseCases } from './settings.js';

const cases = parseCases(open(__ENV.TOKENS || 'tokens.json'));

/** @type {import('k6/options').Options} */
export const options = {
  vus: 1,
  iterations: 1,
  thresholds: { checks: ['rate==1'] },
};

export default function () {
  for (const c of cases) {
    const response = http.request(c.method || 'GET', baseUrl + c.path, c.body ?? null, {
      headers: headersOf(c),
      tags: { name: c.name },
    });
    check(response, { [`${c.name}: ${c.status}`]: (r) => isExpected(c, r.status) });
    if (response.status >= 400) {
      check(response, {
        [`${c.name}: says why`]: (r) => /"(reason|code)"\s*:\s*"\w+"/.test(String(r.body)),
        [`${c.name}: has a request id`]: (r) => r.headers['X-Request-Id'] !== undefined,
      });
    }
  }
}
