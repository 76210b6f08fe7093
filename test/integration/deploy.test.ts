import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse as parseHcl } from '@cdktf/hcl2json';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const text = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

const ENVIRONMENTS = ['staging', 'production'] as const;
const SECRETS = [
  'METRICS_TOKEN',
  'ORIGIN_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'PURGE_TOKEN',
  'UPLOAD_TOKEN',
  'UPLOAD_TOKEN_BEFORE',
  'URL_KEYS',
];

const environment = z.object({
  vars: z.record(z.string(), z.string()),
  analytics_engine_datasets: z.array(z.object({ binding: z.string(), dataset: z.string() })),
  ratelimits: z.array(z.object({ name: z.string(), namespace_id: z.string() })),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
  queues: z.object({
    producers: z.array(z.object({ binding: z.string(), queue: z.string() })),
    consumers: z.array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() })),
  }),
});
const config = z
  .object({
    assets: z.object({ binding: z.string() }),
    env: z.object({ staging: environment, production: environment }),
  })
  .parse(parseToml(await text('wrangler.toml')));

/** Names in the edge's Env: those of a string, which are variables and secrets, and the others, which are bindings. */
const members = [...(await text('src/edge/env.ts')).matchAll(/^ {2}readonly ([A-Z_0-9]+)\??: ([A-Za-z]+)/gm)];
const variables = members.filter(([, , type]) => type === 'string').map(([, name]) => name!);
/** The worker sets the former itself. */
const bindings = members
  .map(([, name]) => name!)
  .filter((name) => !variables.includes(name) && name !== 'WORKERS_CACHE');

const namesOf = ({
  analytics_engine_datasets: datasets,
  r2_buckets: buckets,
  queues,
  ratelimits,
}: z.infer<typeof environment>): string[] => [
  ...datasets.map(({ dataset }) => dataset),
  ...buckets.map(({ bucket_name: name }) => name),
  ...queues.consumers.map(({ queue }) => queue),
  ...ratelimits.map(({ namespace_id: id }) => id),
];

describe.each(ENVIRONMENTS)('wrangler.toml, %s', (name) => {
  const env = config.env[name];

  test('has every variable that the edge reads, and no other', () => {
    expect(variables.length).toBeGreaterThan(20);
    expect(Object.keys(env.vars).sort()).toEqual(variables.filter((key) => !SECRETS.includes(key)).sort());
  });

  test('has every binding that the edge uses', () => {
    const bound = [
      config.assets.binding,
      ...env.r2_buckets.map(({ binding }) => binding),
      ...env.queues.producers.map(({ binding }) => binding),
      ...env.durable_objects.bindings.map((object) => object.name),
      ...env.ratelimits.map((limiter) => limiter.name),
      ...env.analytics_engine_datasets.map(({ binding }) => binding),
    ];
    expect(bound.sort()).toEqual(bindings.sort());
  });

  test('consumes what it sends, and its dead letters', () => {
    const [encode, dead] = env.queues.consumers;
    expect(env.queues.producers.map(({ queue }) => queue)).toEqual([encode?.queue]);
    expect(dead?.queue).toBe(encode?.dead_letter_queue);
    expect(dead?.queue).toMatch(/-dead-letters$/);
  });

  test('names its secrets in a comment', async () => {
    const comments = (await text('wrangler.toml')).split('\n').filter((line) => line.startsWith('#'));
    for (const secret of SECRETS) expect(comments.join('\n')).toContain(`wrangler secret put ${secret}`);
  });

  test('is accepted by wrangler', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afterglow-deploy-'));
    try {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--env', name, '--outdir', folder],
        { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1', CI: '1' } },
      );
      expect(stdout).toContain('--dry-run: exiting now.');
      expect(stdout + stderr).not.toMatch(/WARNING|ERROR/);
      for (const binding of [...bindings, ...Object.keys(env.vars)])
        expect(stdout).toContain(`env.${binding} `);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

test('the environments share no bucket, queue or limiter', () => {
  const [one, other] = ENVIRONMENTS.map((name) => namesOf(config.env[name]));
  expect(one!.filter((name) => other!.includes(name))).toEqual([]);
});

describe('Terraform', async () => {
  const file = async (name: string): Promise<Record<string, unknown>> =>
    (await parseHcl(name, await text(`infra/terraform/${name}`))) as Record<string, unknown>;
  const resources = z
    .record(z.string(), z.record(z.string(), z.array(z.record(z.string(), z.unknown()))))
    .parse((await file('main.tf')).resource);

  test('every file parses', async () => {
    expect(Object.keys(await file('variables.tf'))).toEqual(['variable']);
    expect(Object.keys(await file('outputs.tf'))).toEqual(['output']);
    expect(await file('versions.tf')).toMatchObject({
      terraform: [{ required_providers: [{ cloudflare: { source: 'cloudflare/cloudflare' } }] }],
    });
  });

  test.each(ENVIRONMENTS)('makes the buckets and queues that %s is bound to', (name) => {
    const prefix = name === 'production' ? 'afterglow' : `afterglow-${name}`;
    const made = [
      ...Object.values(resources.cloudflare_r2_bucket!).map(([bucket]) => bucket!.name),
      ...Object.values(resources.cloudflare_queue!).map(([queue]) => queue!.queue_name),
    ].map((value) => String(value).replace('${local.name}', prefix));
    const { r2_buckets: buckets, queues } = config.env[name];
    expect(made.sort()).toEqual(
      [...buckets.map((bucket) => bucket.bucket_name), ...queues.consumers.map(({ queue }) => queue)].sort(),
    );
  });

  test('lets nothing expire that a picture is made of', () => {
    const [masters] = resources.cloudflare_r2_bucket_lifecycle!.masters!;
    const rules = z
      .array(
        z.object({
          conditions: z.object({ prefix: z.string() }),
          delete_objects_transition: z.unknown().optional(),
        }),
      )
      .parse(masters!.rules);
    const expiring = rules.filter((rule) => rule.delete_objects_transition !== undefined);
    expect(expiring.map(({ conditions }) => conditions.prefix)).toEqual(['remote/']);
  });

  test('tells the encode queue of what is put under the prefix that the edge takes for uploads', async () => {
    const [notification] = resources.cloudflare_r2_bucket_event_notification!.uploads!;
    expect(notification).toMatchObject({
      queue_id: '${cloudflare_queue.encode.queue_id}',
      bucket_name: '${cloudflare_r2_bucket.masters.name}',
      rules: [{ prefix: 'uploads/' }],
    });
    expect(await text('src/edge/publish.ts')).toContain("INBOX_PREFIX = 'uploads/'");
  });
});
