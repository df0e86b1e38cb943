import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoopback, isPublicAddress } from '../../src/webhooks/public-address.ts';
import { openSender } from '../../src/webhooks/send.ts';
import { addressesOf, checkedTarget, checkedUrl, systemResolve, type Resolve } from '../../src/webhooks/target.ts';

const PUBLIC = ['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::200e'];
const SPECIAL_4 =
  '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 ' +
  '192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 ' +
  '239.255.255.255 240.0.0.1 255.255.255.255';
const SPECIAL_6 =
  ':: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:a00:1 ::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1 100::1 ' +
  '2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 3fff::1 5f00::1 fe80::1%eth0';
const NOT_PUBLIC = [...`${SPECIAL_4} ${SPECIAL_6}`.split(' '), '', 'localhost', 'example.com', '1.2.3', '0x7f.1'];

const leadsTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;
const strict = { isLocalAllowed: false, resolve: leadsTo('8.8.8.8') };
const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'OK';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('an address', () => {
  it.each(PUBLIC)('is public: %s', (address) => expect(isPublicAddress(address)).toBe(true));
  it.each(NOT_PUBLIC)('is not public: %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it('may be this very machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].filter(isLoopback)).toHaveLength(3);
    expect(['10.0.0.1', '8.8.8.8', '::2', 'localhost'].filter(isLoopback)).toEqual([]);
  });
});

describe('the address of an endpoint', () => {
  it.each([
    ['https://shop.example/hook', 'OK'],
    ['https://shop.example:8443/hook', 'OK'],
    ['http://shop.example/hook', 'URL_NOT_HTTPS'],
    ['http://localhost:3000/', 'URL_NOT_HTTPS'],
    ['ftp://shop.example/', 'URL_NOT_HTTPS'],
    ['file:///etc/passwd', 'URL_NOT_HTTPS'],
    ['shop.example', 'URL_INVALID'],
    ['', 'URL_INVALID'],
    [`https://shop.example/${'x'.repeat(2_000)}`, 'URL_INVALID'],
    ['https://me:secret@shop.example/', 'URL_HAS_CREDENTIALS'],
    ['https://me@shop.example/', 'URL_HAS_CREDENTIALS'],
    ['https://shop.example:22/', 'PORT_NOT_ALLOWED'],
    ['https://shop.example:80/', 'PORT_NOT_ALLOWED'],
    ['https://127.0.0.1/', 'URL_NOT_PUBLIC'],
    ['https://0x7f.1/', 'URL_NOT_PUBLIC'],
    ['https://2130706433/', 'URL_NOT_PUBLIC'],
    ['https://0177.0.0.1/', 'URL_NOT_PUBLIC'],
    ['https://169.254.169.254/latest/meta-data', 'URL_NOT_PUBLIC'],
    ['https://[::1]/', 'URL_NOT_PUBLIC'],
    ['https://[::ffff:10.0.0.1]/', 'URL_NOT_PUBLIC'],
    ['https://[64:ff9b::7f00:1]/', 'URL_NOT_PUBLIC'],
  ])('%s: %s', async (url, code) => expect(await codeOf(() => checkedTarget(url, strict))).toBe(code));

  it.each([
    ['one that is private', ['10.0.0.1'], 'URL_NOT_PUBLIC'],
    ['one that is private among public ones', ['8.8.8.8', '169.254.169.254'], 'URL_NOT_PUBLIC'],
    ['none', [], 'URL_UNKNOWN'],
    ['public ones', ['8.8.8.8', '2606:4700:4700::1111'], 'OK'],
  ])('may have a name that leads to %s', async (_, addresses, code) => {
    const reach = { ...strict, resolve: leadsTo(...addresses) };

    expect(await codeOf(() => checkedTarget('https://shop.example/', reach))).toBe(code);
  });

  it('may be a name that only this machine has: localhost, and nothing of its hosts file', async () => {
    expect(await systemResolve('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await codeOf(() => checkedTarget('https://localhost/', { ...strict, resolve: systemResolve }))).toBe(
      'URL_NOT_PUBLIC',
    );
  });

  it('may be on this machine where that is allowed, and nowhere else that is private', async () => {
    const local = { isLocalAllowed: true, resolve: leadsTo('127.0.0.1') };

    expect(checkedUrl('http://localhost:3000/hook', local)).toBe('http://localhost:3000/hook');
    expect(await codeOf(() => checkedTarget('http://127.0.0.1:3000/', local))).toBe('OK');
    expect(await codeOf(() => checkedTarget('http://shop.example/', local))).toBe('URL_NOT_HTTPS');
    expect(await codeOf(() => checkedTarget('https://10.0.0.1/', local))).toBe('URL_NOT_PUBLIC');
    expect(await codeOf(() => addressesOf('x', { ...local, resolve: leadsTo('192.168.0.1') }))).toBe(
      'ADDRESS_NOT_PUBLIC',
    );
  });
});

describe('a name that leads elsewhere in the next moment', () => {
  let canary: net.Server;
  let port: number;
  let connections = 0;
  beforeAll(async () => {
    canary = net.createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => void canary.listen(0, '127.0.0.1', resolve));
    port = (canary.address() as AddressInfo).port;
  });
  afterAll(() => void canary.close());

  const headers = { 'content-type': 'application/json' };

  it('leads us nowhere: what is connected to was checked just then', async () => {
    const answers = [['8.8.8.8'], ['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['10.0.0.1']];
    const reach = { isLocalAllowed: false, resolve: async () => answers.shift()! };
    const url = await checkedTarget(`https://rebinding.example:${port}/`, reach);
    const sender = openSender(reach, 500);
    const errors = [];
    while (answers.length > 0) errors.push((await sender.post({ url, headers, body: '{}' })).error);
    sender.close();

    expect(new Set(errors)).toEqual(new Set(['ADDRESS_NOT_PUBLIC']));
    expect(connections).toBe(0);
  });

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1'])(
    'nor does an endpoint that was let in once: %s',
    async (host) => {
      const sender = openSender(strict, 500);
      const { error } = await sender.post({ url: `https://${host}:${port}/`, headers, body: '{}' });
      sender.close();

      expect(error).toBe('ADDRESS_NOT_PUBLIC');
      expect(connections).toBe(0);
    },
  );

  it('is asked for once for each connection, and that goes to what was answered', async () => {
    const asked: string[] = [];
    const server = http.createServer((_, response) => void response.end());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const resolve = async (host: string) => (asked.push(host), ['127.0.0.1']);
    const sender = openSender({ isLocalAllowed: true, resolve });
    const url = `http://receiver.example:${(server.address() as AddressInfo).port}/`;
    const first = await sender.post({ url, headers, body: '{}' });
    await sender.post({ url, headers, body: '{}' });
    sender.close();
    server.close();

    expect(first).toMatchObject({ status: 200, error: null });
    expect(asked).toEqual(['receiver.example']); // the second one used the connection of the first
  });
});
