import type { LinearPicture } from '../linear-picture.ts';
import { fit, releaseCanvas, type Renderer } from './renderer.ts';
import { FORMAT, picturePass } from './webgpu-pass.ts';

/** The type library does not know this kind of context yet, nor that older browsers have only a part of it. */
type Context = Omit<GPUCanvasContext, 'getConfiguration'> &
  Partial<Pick<GPUCanvasContext, 'getConfiguration'>>;

/** One device draws on all canvases; a lost one is asked for anew. */
let shared: Promise<GPUDevice | null> | undefined;
/** Devices that were lost; a page that loses one after the other, as for want of memory, is left to canvases of other kinds. */
let losses = 0;
const MOST_LOSSES = 3;
const lost = new WeakSet<GPUDevice>();

/** The device on which WebGPU canvases of this size may exceed SDR white here, or null. */
export async function extendedDevice({
  width,
  height,
}: Pick<LinearPicture, 'width' | 'height'>): Promise<GPUDevice | null> {
  shared ??= findDevice().catch(() => null);
  const gpu = await shared;
  return gpu !== null && Math.max(width, height) <= gpu.limits.maxTextureDimension2D ? gpu : null;
}

async function findDevice(): Promise<GPUDevice | null> {
  if (!('gpu' in navigator)) return null;
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return null;
  const { maxTextureDimension2D } = adapter.limits;
  const gpu = await adapter.requestDevice({ requiredLimits: { maxTextureDimension2D } });
  if (!(await presentsExtended(gpu))) return null;
  void gpu.lost.then(() => {
    lost.add(gpu);
    shared = ++losses < MOST_LOSSES ? undefined : Promise.resolve(null);
  });
  return gpu;
}

/** Tries it: where pages are composed in software, for one, a device is lost as soon as it shows anything. */
async function presentsExtended(gpu: GPUDevice): Promise<boolean> {
  const canvas = document.createElement('canvas');
  const context = contextOf(canvas);
  if (context === null) return false;
  context.configure(configuration(gpu));
  if (context.getConfiguration?.()?.toneMapping?.mode !== 'extended') return false;
  const encoder = gpu.createCommandEncoder();
  const view = context.getCurrentTexture().createView();
  encoder.beginRenderPass({ colorAttachments: [{ view, loadOp: 'clear', storeOp: 'store' }] }).end();
  gpu.queue.submit([encoder.finish()]);
  const shown = gpu.queue.onSubmittedWorkDone().then(
    () => true,
    () => false,
  );
  return Promise.race([gpu.lost.then(() => false), shown]);
}

/** Shows a picture on a WebGPU canvas; what exceeds the screen's headroom is clipped by it. */
export function webgpuRenderer(canvas: HTMLCanvasElement, gpu: GPUDevice): Renderer | null {
  const context = contextOf(canvas);
  if (context === null) return null;
  context.configure(configuration(gpu));
  const pass = picturePass(gpu);
  return {
    kind: 'webgpu-extended',
    isLost: () => lost.has(gpu),
    lost: gpu.lost.then(() => undefined),
    draw(picture, exposure) {
      if (picture.encoding !== 'linear') return false;
      fit(canvas, picture);
      pass(picture, exposure, context.getCurrentTexture().createView());
      return true;
    },
    release: () => {
      releaseCanvas(canvas);
    },
  };
}

function contextOf(canvas: HTMLCanvasElement): Context | null {
  return canvas.getContext('webgpu') as unknown as Context | null;
}

function configuration(gpu: GPUDevice): GPUCanvasConfiguration {
  return { device: gpu, format: FORMAT, colorSpace: 'srgb', toneMapping: { mode: 'extended' } };
}
