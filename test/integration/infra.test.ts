import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { DockerfileParser, type Copy, type From } from 'dockerfile-ast';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { bodyDigestOf, signRequest } from '../../src/delivery/origin-signature.ts';
import { readLayout } from '../../src/container/index.ts';
import { write } from '../../src/formats/index.ts';
import { readConfig } from '../../src/origin/config.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const run = promisify(execFile);

describe('the container image', async () => {
  const file = DockerfileParser.parse(await text('infra/origin/Dockerfile'));
  const instructions = file.getInstructions();
  const last = instructions.map((instruction) => instruction.getKeyword()).lastIndexOf('FROM');
  const argumentsOf = (keyword: string, from = 0): string[] =>
    instructions
      .slice(from)
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent() ?? '');

  test('is built on images of a fixed version', () => {
    const bases = file.getFROMs().map((from: From) => from.getImage() ?? '');
    const pinned = argumentsOf('ARG').filter((argument) => /^(?:NODE|RUNTIME)=/.test(argument));
    expect(bases).toEqual(['${NODE}', '${NODE}', '${RUNTIME}']);
    expect(pinned).toHaveLength(2);
    for (const image of pinned) expect(image).toMatch(/=[a-z/]+:\d[\w.-]+$/);
  });

  test('runs as nobody in particular, says how it is, and is stopped by a signal', () => {
    expect(argumentsOf('USER', last)).toEqual(['65532:65532']);
    expect(argumentsOf('HEALTHCHECK', last).join('')).toContain('infra/origin/healthcheck.js');
    expect(argumentsOf('CMD', last).at(-1)).toBe('["infra/origin/start.sh"]');
    expect(argumentsOf('STOPSIGNAL', last)).toEqual(['SIGTERM']);
  });

  test('holds no secret, and nothing from a network that is not named', () => {
    expect([...argumentsOf('ENV'), ...argumentsOf('ARG')].join('\n')).not.toMatch(
      /SECRET|TOKEN|KEY|PASSWORD/,
    );
    expect(argumentsOf('ADD')).toEqual([]);
  });

  test('copies what is there, and is not ignored', async () => {
    const kept = (await text('.dockerignore')).split('\n').filter((line) => line.startsWith('!'));
    const copies = file.getCOPYs().filter((copy: Copy) => copy.getFromFlag() === null);
    expect(copies.length).toBeGreaterThan(6);
    for (const copy of copies) {
      for (const source of copy.getArguments().slice(0, -1).map(String)) {
        await access(join(root, source));
        expect(kept).toContain(`!${source.split('/')[0]!}`);
      }
    }
  });
});

/** Exactly what the image holds, in an empty folder, installed and started by its own scripts. */
describe('install.sh and start.sh in a bare folder', () => {
  const secret = 'a secret for one test';
  let folder: string;
  let origin: ChildProcess;
  let url = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'afterglow-origin-'));
    for (const path of ['package.json', 'package-lock.json', '.npmrc', 'models', 'dist', 'infra/origin']) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await cp(join(root, path), join(folder, path), { recursive: true });
    }
    await run('infra/origin/install.sh', [], { cwd: folder });
    origin = spawn('infra/origin/start.sh', [], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        ORIGIN_SECRET: secret,
        ORIGIN_PORT: '0',
        EXECUTION_PROVIDERS: 'cuda,cpu',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: origin.stdout! }).on('line', (line) => {
        const found = /listening on http:\/\/0\.0\.0\.0:(\d+)/.exec(line)?.[1];
        if (found !== undefined) resolve(`http://127.0.0.1:${found}`);
      });
      origin.once('exit', (code) => {
        reject(new Error(`start.sh ended with ${String(code)}`));
      });
    });
  }, 300_000);
  afterAll(async () => {
    origin.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('install what the origin needs, and no tools', async () => {
    const installed = await readdir(join(folder, 'node_modules'));
    expect(installed).toEqual(expect.arrayContaining(['onnxruntime-node', 'sharp', 'piscina']));
    for (const tool of ['vitest', 'wrangler', 'typescript', 'node']) expect(installed).not.toContain(tool);
  });

  test('start an origin that is well, on the provider that is there', async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok', provider: 'cpu' });
    const { port } = new URL(url);
    const check = (of: string) =>
      run(process.execPath, ['infra/origin/healthcheck.js'], { cwd: folder, env: { ORIGIN_PORT: of } });
    await check(port);
    await expect(check('1')).rejects.toMatchObject({ code: 1 });
  });

  test('encodes a picture with layers', async () => {
    const [width, height] = [64, 48];
    const data = Float32Array.from({ length: width * height * 3 }, (_, i) => 0.2 + ((i * 7919) % 101) / 20);
    const picture = { width, height, data, primaries: 'bt709', nitsPerUnit: null } as const;
    const body = new Uint8Array(await write(picture, 'pfm'));
    const target = '/encode?layers=2';
    const date = Math.floor(Date.now() / 1000);
    const headers = await signRequest(
      { method: 'POST', target, bodyDigest: await bodyDigestOf(body), date },
      secret,
    );
    const response = await fetch(url + target, { method: 'POST', body, headers });
    expect(response.status).toBe(200);
    const layout = readLayout(new Uint8Array(await response.arrayBuffer()));
    expect(layout.kind).toBe('layered');
  });

  test('refuses to start without the secret, and ends well when it is asked to', async () => {
    const bare = { cwd: folder, env: { PATH: process.env.PATH } };
    await expect(run('infra/origin/start.sh', [], bare)).rejects.toMatchObject({ code: 2 });
    const exit = once(origin, 'exit');
    origin.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});

describe('the Kubernetes manifests', async () => {
  const object = z.looseObject({
    kind: z.string(),
    metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  });
  const documents = (name: string, content: string) =>
    parseAllDocuments(content).map((document) => {
      expect(document.errors, name).toEqual([]);
      return object.parse(document.toJS());
    });
  const origin = documents('origin.yaml', await text('infra/kubernetes/origin.yaml'));
  const [scaler] = documents('autoscaler.yaml', await text('infra/kubernetes/autoscaler.yaml'));
  const kinds = { ConfigMap, Deployment, NetworkPolicy, PodDisruptionBudget, Service, ServiceAccount };
  const byKind = new Map(origin.map((manifest) => [manifest.kind, manifest]));
  const pod = z
    .object({
      spec: z.object({
        template: z.object({
          metadata: z.object({ labels: z.record(z.string(), z.string()) }),
          spec: z.looseObject({
            securityContext: z.looseObject({ runAsNonRoot: z.boolean(), runAsUser: z.number() }),
            containers: z.tuple([
              z.looseObject({
                resources: z.object({ limits: z.record(z.string(), z.string()) }),
                securityContext: z.looseObject({ readOnlyRootFilesystem: z.boolean() }),
                envFrom: z.array(z.looseObject({})),
              }),
            ]),
          }),
        }),
      }),
    })
    .parse(byKind.get('Deployment')).spec.template;

  test.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s is what its schema says', (kind) => {
    const manifest = byKind.get(kind);
    expect(manifest).toBeDefined();
    new kinds[kind](manifest).validate();
  });

  test('schemas refuse what is misspelt', () => {
    const wrong = { ...byKind.get('Deployment'), spec: { selektor: {} } };
    expect(() => {
      new Deployment(wrong as never).validate();
    }).toThrow(/selector/);
  });

  test('the pod has one GPU, no root and nothing to write to but /tmp', () => {
    const [container] = pod.spec.containers;
    expect(container.resources.limits['nvidia.com/gpu']).toBe('1');
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    expect(container.envFrom).toContainEqual({ secretRef: { name: 'afterglow-origin' } });
  });

  test('the configuration is one that the origin takes', () => {
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(byKind.get('ConfigMap'));
    expect(readConfig({ ...data, ORIGIN_SECRET: 'sixteen characters' })).toMatchObject({ WORKERS: 2 });
  });

  test('the autoscaler scales this deployment by what the origin counts', async () => {
    const { spec } = z
      .object({
        spec: z.object({
          scaleTargetRef: z.object({ name: z.string() }),
          minReplicaCount: z.number().min(1),
          maxReplicaCount: z.number().min(2),
          triggers: z.tuple([
            z.object({ type: z.literal('prometheus'), metadata: z.looseObject({ query: z.string() }) }),
          ]),
        }),
      })
      .parse(scaler);
    expect(spec.scaleTargetRef.name).toBe(byKind.get('Deployment')!.metadata.name);
    const metrics = [...spec.triggers[0].metadata.query.matchAll(/afterglow_\w+/g)].map(([name]) => name);
    const source = await text('src/origin/metrics.ts');
    expect(metrics).toHaveLength(2);
    for (const metric of metrics) expect(source).toContain(`'${metric}'`);
  });
});
