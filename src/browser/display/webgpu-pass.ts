import type { LinearPicture } from '../linear-picture.ts';
import { gain } from './tone-map.ts';

/** Of the picture's texture and of what is drawn on. */
export const FORMAT = 'rgba16float';

/** `GPUTextureUsage` and `GPUBufferUsage`, whose values the specification fixes (WebGPU, §5.1.2 and §6.1.2). */
const BUFFER = { COPY_DST: 0x8, UNIFORM: 0x40 } as const;
const TEXTURE = { COPY_DST: 0x2, TEXTURE_BINDING: 0x4 } as const;

/** A canvas of half floats takes extended sRGB signals (CSS Color 4, §10.2). */
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

/** Draws a picture at an exposure (stops) onto a target of its size. */
export type PicturePass = (picture: LinearPicture, exposure: number, target: GPUTextureView) => void;

/** A pass that keeps the last picture on the device, so that another exposure of it costs no upload. */
export function picturePass(gpu: GPUDevice): PicturePass {
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

  return (picture, exposure, target) => {
    const bindings = upload(picture);
    gpu.queue.writeBuffer(uniform, 0, new Float32Array([gain(exposure)]));
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view: target, loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.draw(3);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
  };
}

function pictureTexture(gpu: GPUDevice, { width, height, data }: LinearPicture): GPUTexture {
  const size = { width, height };
  const usage = TEXTURE.TEXTURE_BINDING | TEXTURE.COPY_DST;
  const texture = gpu.createTexture({ size, format: FORMAT, usage });
  gpu.queue.writeTexture({ texture }, data, { bytesPerRow: width * 8 }, size);
  return texture;
}
