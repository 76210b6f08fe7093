import { expect, test } from 'vitest';
import { tenantOf } from '../../../src/delivery/tenant.ts';

test.each([
  ['shop/a.exr', 'shop'],
  ['shop/2026/a.exr', 'shop'],
  ['a.exr', ''],
  ['fetch/0123', 'fetch'],
])('%s is a picture of “%s”', (key, tenant) => {
  expect(tenantOf(key)).toBe(tenant);
});
