import { chromium, type Browser } from 'playwright-core';

/** Quiet and without a sandbox, which a container's root user cannot have. */
const ARGUMENTS = ['--no-sandbox', '--disable-background-networking', '--no-first-run'];
const SOFTWARE_WEBGPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** Starts Chromium, with WebGPU computed by the CPU if asked for. */
export function launchChromium({ webgpu = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...ARGUMENTS, ...(webgpu ? SOFTWARE_WEBGPU : ['--disable-gpu'])],
  });
}
