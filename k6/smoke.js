// Claim: every case is answered as it says, once, and every refusal tells why.
import { check } from 'k6';
import { cases } from './cases.js';
import { send } from './send.js';

/** @type {import('k6/options').Options} */
export const options = {
  vus: 1,
  iterations: 1,
  thresholds: { checks: ['rate==1'] },
};

export default function () {
  for (const c of cases) {
    const response = send(c);
    check(response, { [`${c.name}: ${c.status.join(' or ')}`]: (r) => c.status.includes(r.status) });
    if (response.status >= 400) {
      check(response, {
        [`${c.name}: says why`]: (r) => /"(reason|code)"\s*:\s*"\w+"/.test(String(r.body)),
        [`${c.name}: has a request id`]: (r) => r.headers['X-Request-Id'] !== undefined,
      });
    }
  }
}
