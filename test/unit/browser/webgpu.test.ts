import { afterEach, expect, test, vi } from 'vitest';
import { extendedDevice } from '../../../src/browser/display/webgpu.ts';

// A browser's WebGPU as far as a device is chosen; what it draws, test/browser/webgpu.test.ts looks at.

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a lost device is asked for anew, but not for ever', async () => {
  const loseNext: (() => void)[] = [];
  const device = (): unknown => ({
    limits: { maxTextureDimension2D: 8192 },
    lost: new Promise<void>((resolve) => loseNext.push(resolve)),
    createCommandEncoder: () => ({ beginRenderPass: () => ({ end: () => undefined }), finish: () => null }),
    queue: { submit: () => undefined, onSubmittedWorkDone: () => Promise.resolve() },
  });
  const requestDevice = vi.fn(() => Promise.resolve(device()));
  const requestAdapter = (): unknown =>
    Promise.resolve({ limits: { maxTextureDimension2D: 8192 }, requestDevice });
  vi.stubGlobal('navigator', { gpu: { requestAdapter } });
  const context = {
    configure: () => undefined,
    getConfiguration: () => ({ toneMapping: { mode: 'extended' } }),
    getCurrentTexture: () => ({ createView: () => null }),
  };
  vi.stubGlobal('document', { createElement: () => ({ getContext: () => context }) });

  const found: boolean[] = [];
  for (let i = 0; i < 6; i++) {
    found.push((await extendedDevice({ width: 100, height: 100 })) !== null);
    // One that nobody has lost serves everybody.
    await extendedDevice({ width: 100, height: 100 });
    loseNext.at(-1)?.();
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect(found).toEqual([true, true, true, false, false, false]);
  expect(requestDevice).toHaveBeenCalledTimes(3);
});
