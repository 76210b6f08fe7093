/**
 * The Octave side of `HdrVdp`: for each line "reference TAB test TAB pixels per degree" it prints "Q TAB value" or "error TAB
 * why". HDR-VDP is Matlab code; the functions here take the place of those that Octave has no equal of: a compiled corrDn
 * and pointOp of its steerable pyramid, and an argument of ifft2. reconSpyr only draws the map of visible differences,
 * which nobody asks for here.
 */
export const HDR_VDP_DRIVER = String.raw`1;
function res = corrDn(im, filt, edges, step, start, stop)
  if nargin < 4, step = [1 1]; end
  if nargin < 5, start = [1 1]; end
  if nargin < 6, stop = size(im); end
  r = floor(size(filt) / 2);
  res = conv2(im(reflected(size(im, 1), r(1)), reflected(size(im, 2), r(2))), rot90(filt, 2), 'valid');
  res = res(start(1):step(1):stop(1), start(2):step(2):stop(2));
end
function i = reflected(n, r)
  period = max(2 * n - 2, 1);
  i = mod(-r:n - 1 + r, period);
  i = min(i, period - i) + 1;
end
function res = pointOp(im, lut, origin, increment, warnings)
  x = (im - origin) / increment;
  i = min(max(floor(x), 0), numel(lut) - 2);
  f = x - i; lut = lut(:);
  res = reshape(lut(i + 1), size(im)) .* (1 - f) + reshape(lut(i + 2), size(im)) .* f;
end
function y = fast_conv_fft(x, filter, pad_value)
  padded = repmat(pad_value, size(filter)); padded(1:size(x, 1), 1:size(x, 2)) = x;
  y = real(ifft2(fft2(padded) .* filter));
  y = y(1:size(x, 1), 1:size(x, 2));
end
function res = reconSpyr(pyr, pind, varargin)
  res = zeros(pind(1, :));
end
function picture = read_pfm(name)
  f = fopen(name, 'rb');
  if f < 0, error('cannot open %s', name); end
  fgetl(f); sides = sscanf(fgetl(f), '%d'); fgetl(f);
  data = fread(f, 3 * sides(1) * sides(2), 'single=>double', 0, 'ieee-le'); fclose(f);
  picture = flipud(permute(reshape(data, 3, sides(1), sides(2)), [3 2 1]));
end
warning('off', 'all');
pkg load image statistics;
addpath(genpath(getenv('HDRVDP_HOME')));
name = ''; reference = [];
while true
  line = fgetl(stdin);
  if ~ischar(line), break; end
  words = strsplit(line, "\t");
  if numel(words) < 3, continue; end
  try
    if ~strcmp(name, words{1}), reference = read_pfm(words{1}); name = words{1}; end
    found = hdrvdp(read_pfm(words{2}), reference, 'rgb-bt.709', str2double(words{3}), {'disable_lowvals_warning', true});
    printf("Q\t%.6f\n", found.Q);
  catch problem
    printf("error\t%s\n", strrep(problem.message, "\n", ' '));
  end
  fflush(stdout);
end
`;
