// OpenFeature's own clients for JavaScript, against the demo in a process of its own: the provider of servers, which asks
// for each flag, and the one of pages, which asks for all, and again when the change stream says so.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import { OpenFeature as Server } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature as Page, ProviderEvents } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';

globalThis.EventSource = EventSource;

const PATIENCE_MS = 30_000;
const LIMIT = 100;
const FOUR_FIFTHS = 80;

let demo;
let folder;
let gateway;
const tokens = {};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiergate-'));
  const home = join(import.meta.dirname, '..');
  const ports = ['--port', '0', '--admin-port', '0', '--shop-port', '0'];
  demo = spawn('java', ['-jar', join(home, 'demo/target/tiergate-demo.jar'), 'demo', ...ports, '--home', home, '--folder', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: demo.stdout })) {
    gateway = line.match(/^gateway {2}(\S+)/)?.[1];
    if (gateway) break;
  }
  assert.ok(gateway, 'the demo did not start');
  demo.stdout.resume();
  for (const tier of ['essential', 'business']) {
    tokens[tier] = (await readFile(join(folder, `${tier}.jwt`), 'utf8')).trim();
  }
});

after(async () => {
  await Server.close();
  await Page.close();
  demo.kill();
  await once(demo, 'exit');
  await rm(folder, { recursive: true });
});

async function server(tier, token = tokens[tier]) {
  const headers = [['Authorization', `Bearer ${token}`]];
  await Server.setProviderAndWait(tier, new OFREPProvider({ baseUrl: gateway, headers }));
  return Server.getClient(tier);
}

test('the provider of servers reads features, limits and why not', async () => {
  const client = await server('essential');
  assert.equal(await client.getBooleanValue('basic_orders', false), true);
  assert.equal(await client.getNumberValue('orders.limit', 7), LIMIT);
  const denied = await client.getBooleanDetails('advanced_analytics', true);
  assert.equal(denied.value, false);
  assert.equal(denied.reason, 'TARGETING_MATCH');
  assert.equal(denied.variant, 'disabled');
  assert.equal(denied.flagMetadata.required_tier, 'Business');
  assert.equal(denied.flagMetadata.upgrade_url, '/store/tea-corner/billing');
  const business = await server('business');
  assert.equal(await business.getBooleanValue('advanced_analytics', false), true);
});

test('the provider of servers tells errors apart', async () => {
  const client = await server('essential');
  assert.equal((await client.getBooleanDetails('no_such_flag', true)).errorCode, 'FLAG_NOT_FOUND');
  assert.equal((await client.getStringDetails('basic_orders', 'x')).errorCode, 'TYPE_MISMATCH');
  assert.equal((await client.getBooleanDetails('basic_orders', true, { targetingKey: 'other' })).errorCode, 'INVALID_CONTEXT');
  assert.equal((await client.getBooleanDetails('basic_orders', false, { targetingKey: 'tea-corner' })).value, true);
  const stranger = await server('stranger', 'no token');
  assert.equal((await stranger.getBooleanDetails('basic_orders', true)).errorCode, 'GENERAL');
});

test('the provider of pages hears of a change and reads anew', async () => {
  const headers = [['Authorization', `Bearer ${tokens.essential}`]];
  await Page.setProviderAndWait(new OFREPWebProvider({ baseUrl: gateway, headers, pollInterval: 0 }));
  const client = Page.getClient();
  assert.equal(client.getBooleanValue('basic_orders', false), true);
  assert.equal(client.getNumberValue('orders.remaining', -7), LIMIT);

  const changed = new Promise((resolve, reject) => {
    client.addHandler(ProviderEvents.ConfigurationChanged, resolve);
    setTimeout(() => reject(new Error('no change was told')), PATIENCE_MS).unref();
  });
  for (let order = 0; order < FOUR_FIFTHS; order++) {
    const answer = await fetch(`${gateway}/api/orders`, { method: 'POST', headers });
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
  }
  await changed;
  assert.equal(client.getNumberValue('orders.remaining', -7), LIMIT - FOUR_FIFTHS);
});
