import type { LinearPicture } from '../linear-picture.ts';
import { fit, type Renderer } from './renderer.ts';
import { gain } from './tone-map.ts';

const FORMAT = 'rgba16float';
/** `GPUTextureUsage` and `GPUBufferUsage`, whose values the specification fixes (WebGPU, §5.1.2 and §6.1.2). */
const BUFFER = { COPY_DST: 0x8, UNIFORM: 0x40 } as const;
const TEXTURE = { COPY_DST: 0x2, TEXTURE_BINDING: 0x4 } as const;

/** A canvas of this format takes extended sRGB signals (CSS Color 4, §10.2), whatever its colour space's range. */
const SHADER = /* wgsl */ `
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var<uniform> gain: f32;

@vertex fn cover(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
  return vec4f(f32(i & 1u) * 4.0 - 1.0, f32(i >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment fn show(@builtin(position) at: vec4f) -> @location(0) vec4f {
  let light = textureLoad(picture, vec2u(at.xy), 0).rgb * gain;
  let magnitude = abs(light);
  let power = 1.055 * pow(max(magnitude, vec3f(0.0031308)), vec3f(1.0 / 2.4)) - 0.055;
  return vec4f(sign(light) * select(power, 12.92 * magnitude, magnitude <= vec3f(0.0031308)), 1.0);
}`;

/** One device draws on all canvases; a lost one is asked for anew. */
let shared: Promise<GPUDevice | null> | undefined;

function device(): Promise<GPUDevice | null> {
  shared ??= requestDevice().catch(() => null);
  return shared;
}

async function requestDevice(): Promise<GPUDevice | null> {
  if (!('gpu' in navigator)) return null;
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return null;
  const { maxTextureDimension2D } = adapter.limits;
  const found = await adapter.requestDevice({ requiredLimits: { maxTextureDimension2D } });
  void found.lost.then(() => {
    shared = undefined;
  });
  return found;
}

/** The device on which WebGPU canvases of this size may exceed SDR white here, or null. */
export async function extendedDevice({ width, height }: LinearPicture): Promise<GPUDevice | null> {
  const gpu = await device();
  if (gpu === null || Math.max(width, height) > gpu.limits.maxTextureDimension2D) return null;
  const context = contextOf(document.createElement('canvas'));
  context?.configure(configuration(gpu));
  const extended = context?.getConfiguration?.()?.toneMapping?.mode === 'extended';
  context?.unconfigure();
  return extended ? gpu : null;
}

/** The type library does not know this kind of context yet, nor that older browsers have a part of it. */
type Context = Omit<GPUCanvasContext, 'getConfiguration'> &
  Partial<Pick<GPUCanvasContext, 'getConfiguration'>>;

function contextOf(canvas: HTMLCanvasElement): Context | null {
  return canvas.getContext('webgpu') as unknown as Context | null;
}

function configuration(gpu: GPUDevice): GPUCanvasConfiguration {
  return { device: gpu, format: FORMAT, colorSpace: 'srgb', toneMapping: { mode: 'extended' } };
}

/** Shows a picture on a WebGPU canvas; what exceeds the screen's headroom is clipped by it. */
export function webgpuRenderer(canvas: HTMLCanvasElement, gpu: GPUDevice): Renderer | null {
  const context = contextOf(canvas);
  if (context === null) return null;
  context.configure(configuration(gpu));
  const module = gpu.createShaderModule({ code: SHADER });
  const pipeline = gpu.createRenderPipeline({
    layout: 'auto',
    vertex: { module },
    fragment: { module, targets: [{ format: FORMAT }] },
  });
  const uniform = gpu.createBuffer({ size: 4, usage: BUFFER.UNIFORM | BUFFER.COPY_DST });
  let shown: { picture: LinearPicture; texture: GPUTexture; bindings: GPUBindGroup } | undefined;

  function upload(picture: LinearPicture): GPUBindGroup {
    if (shown?.picture === picture) return shown.bindings;
    shown?.texture.destroy();
    const texture = pictureTexture(gpu, picture);
    const bindings = gpu.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: texture.createView() },
        { binding: 1, resource: { buffer: uniform } },
      ],
    });
    shown = { picture, texture, bindings };
    return bindings;
  }

  return {
    kind: 'webgpu-extended',
    draw(picture, exposure) {
      fit(canvas, picture);
      const bindings = upload(picture);
      gpu.queue.writeBuffer(uniform, 0, new Float32Array([gain(exposure)]));
      const encoder = gpu.createCommandEncoder();
      const pass = encoder.beginRenderPass({
        colorAttachments: [
          { view: context.getCurrentTexture().createView(), loadOp: 'clear', storeOp: 'store' },
        ],
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.draw(3);
      pass.end();
      gpu.queue.submit([encoder.finish()]);
    },
  };
}

function pictureTexture(gpu: GPUDevice, { width, height, data }: LinearPicture): GPUTexture {
  const size = { width, height };
  const usage = TEXTURE.TEXTURE_BINDING | TEXTURE.COPY_DST;
  const texture = gpu.createTexture({ size, format: FORMAT, usage });
  gpu.queue.writeTexture({ texture }, data, { bytesPerRow: width * 8 }, size);
  return texture;
}
