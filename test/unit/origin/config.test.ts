import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/origin/config.ts';

const ORIGIN_SECRET = 'a secret of the edge';

describe('the configuration', () => {
  test('needs the secret alone', () => {
    const config = readConfig({ ORIGIN_SECRET });
    expect(config).toMatchObject({
      ORIGIN_HOST: '127.0.0.1',
      ORIGIN_PORT: 8788,
      EXECUTION_PROVIDERS: ['cuda', 'webgpu', 'cpu'],
      WORKERS: 1,
      QUEUE_LIMIT: 8,
    });
    expect(config.THREADS).toBeGreaterThanOrEqual(1);
    expect(existsSync(join(config.MODELS, 'manifest.json'))).toBe(true);
  });

  test('takes what the environment says, and empty variables for absent', () => {
    const config = readConfig({
      ORIGIN_SECRET,
      ORIGIN_PORT: '0',
      EXECUTION_PROVIDERS: 'webgpu, cpu',
      THREADS: '3',
      MODEL: '',
      JOB_TIMEOUT: '0.5',
    });
    expect(config).toMatchObject({
      ORIGIN_PORT: 0,
      EXECUTION_PROVIDERS: ['webgpu', 'cpu'],
      THREADS: 3,
      JOB_TIMEOUT: 0.5,
    });
    expect(config.MODEL).toBeUndefined();
  });

  test.each([
    ['ORIGIN_SECRET', {}],
    ['ORIGIN_SECRET', { ORIGIN_SECRET: 'short' }],
    ['ORIGIN_PORT', { ORIGIN_SECRET, ORIGIN_PORT: '65536' }],
    ['WORKERS', { ORIGIN_SECRET, WORKERS: 'many' }],
    ['QUEUE_LIMIT', { ORIGIN_SECRET, QUEUE_LIMIT: '-1' }],
    ['TENANT_LIMIT', { ORIGIN_SECRET, TENANT_LIMIT: '0' }],
    ['EXECUTION_PROVIDERS', { ORIGIN_SECRET, EXECUTION_PROVIDERS: 'tpu' }],
  ])('names %s when it is wrong', (name, env) => {
    const refusal = expect.objectContaining({
      code: 'config_invalid',
      message: expect.stringContaining(name) as string,
    }) as Error;
    expect(() => readConfig(env)).toThrow(refusal);
  });
});
