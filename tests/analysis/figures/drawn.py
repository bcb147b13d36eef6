"""drawn.py DRAW_EXAMPLES SET: what gnuplot drew, and what a page gets of it, checked by parsing.

The place of each point is computed from the script's ranges and margins and from the data file, not
by the code that is tested.
"""
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

SVG = '{http://www.w3.org/2000/svg}'
ELEMENTS = {'svg', 'title', 'desc', 'defs', 'g', 'path', 'use', 'circle', 'text'}
ATTRIBUTES = {'width', 'height', 'viewBox', 'role', 'aria-labelledby', 'fill', 'font-family',
              'font-size', 'id', 'd', 'r', 'stroke', 'stroke-width', 'stroke-dasharray', 'color',
              'opacity', 'fill-opacity', 'pointer-events', 'href', 'x', 'y', 'transform',
              'text-anchor', 'stroke-linecap'}
failures = 0


def check(holds, *words):
    global failures
    if not holds:
        failures += 1
        print('does not hold:', *words, file=sys.stderr)


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def range_of(script, axis):
    low, high = map(float, re.search(rf'^set {axis}range \[(\S+):(\S+)\]', script, re.M).groups())
    if re.search(rf'^set logscale {axis} ', script, re.M):
        return lambda v: math.log(v / low) / math.log(high / low)
    return lambda v: (v - low) / (high - low)


def places(folder, name):
    """The pixel at which each of the plotted points must lie, one list per plot element."""
    script = read(f'{folder}/{name}.gp')
    blocks = re.split(r'\n\n\n', read(f'{folder}/{name}.dat'))
    width, height = map(float, re.search(r'terminal svg size (\d+),(\d+)', script).groups())
    margin = {side: float(re.search(rf'^set {side}margin at screen (\S+)', script, re.M)[1])
              for side in 'lrtb'}
    x, y = range_of(script, 'x'), range_of(script, 'y')
    elements = []
    plot = script[script.index('\nplot '):].split('\nif')[0]
    for index in re.findall(r'data index (\d+) using [^,]*:5 with points[^,]* notitle', plot):
        rows = [line.split() for line in blocks[int(index)].splitlines()
                if line and not line.startswith('#')]
        points = []
        for row in rows:
            h, v = float(row[0]), float(row[1])
            if math.isnan(h) or math.isnan(v):
                continue
            points.append((width * (margin['l'] + x(h) * (margin['r'] - margin['l'])),
                           height * (1 - margin['b'] - y(v) * (margin['t'] - margin['b']))))
        elements.append(points)
    cells = re.search(r'with boxxyerror fs solid noborder lc rgb variable', plot)
    if cells:
        rows = [line.split() for block in blocks for line in block.splitlines()
                if line and not line.startswith('#')]
        elements.append([(width * (margin['l'] + x(float(row[0])) * (margin['r'] - margin['l'])),
                          height * (1 - margin['b'] - y(float(row[1])) *
                                    (margin['t'] - margin['b'])))
                         for row in rows if row[2] != 'NaN'])
    return elements


def titled(svg):
    """Place and text of all that says something on hover and is not a curve."""
    found = []
    for use in svg.iter(SVG + 'use'):
        title = use.find(SVG + 'title')
        if title is not None:
            found.append((float(use.get('x')), float(use.get('y')), title.text))
    for path in svg.iter(SVG + 'path'):
        title = path.find(SVG + 'title')
        if title is not None and path.get('d').endswith('z'):
            # a cell: M x y h width v height h -width z
            cell = re.fullmatch(r'M(\S+) (\S+)h([-\d.]+)v([-\d.]+)h[-\d.]+z', path.get('d'))
            if cell:
                x, y, width, height = map(float, cell.groups())
                found.append((x + width / 2, y + height / 2, title.text))
    return found


def check_points(folder, name, svg):
    script = read(f'{folder}/{name}.gp')
    if 'with boxxyerror ls' in script:
        return  # bars: their places are those of their upper edges
    expected = places(folder, name)
    found = titled(svg)
    launches = sum(len(p) for p in expected)
    if launches > 400 and ' lc rgb \'#90' in script:
        check(not found, name, 'single launches beyond the limit have values')
        return
    check(len(found) == launches, name, len(found), 'points have a value, of', launches)
    places_left = {}
    for x, y, text in found:
        places_left.setdefault((round(x), round(y)), []).append((x, y, text))
    for points in expected:
        for x, y in points:
            near = [p for dx in (-1, 0, 1) for dy in (-1, 0, 1)
                    for p in places_left.get((round(x) + dx, round(y) + dy), [])
                    if abs(p[0] - x) <= 0.2 and abs(p[1] - y) <= 0.2]
            check(near, name, 'no point with a value at', x, y)
            check(all(p[2] is not None and p[2].strip() != '' for p in near) or
                  'hostile' in name, name, 'a value without text')


def check_values(folder, name, svg):
    """A value on hover is that of the point at this place, not of another one."""
    rows = [line.split() for line in read(f'{folder}/{name}.dat').splitlines()
            if line and not line.startswith('#')]
    written = sorted(float(row[1]) for row in rows if len(row) >= 6 and row[1] != 'NaN')
    found = titled(svg)
    values = [(y, float(re.search(r': ([-\d.e+]+)( s|$)', text)[1])) for _, y, text in found]
    shown = sorted(value for _, value in values)
    check(len(shown) == len(written) and
          all(math.isclose(a, b, rel_tol=1e-3) for a, b in zip(shown, written)), name, 'values')
    order = [value for _, value in sorted(values, key=lambda pair: (-pair[0], pair[1]))]
    check(all(a <= b * 1.02 for a, b in zip(order, order[1:])), name, 'values and heights')


def check_safe(name, svg, ids):
    own = set()
    for element in svg.iter():
        check(element.tag.startswith(SVG) and element.tag[len(SVG):] in ELEMENTS, name, element.tag)
        for key, value in element.attrib.items():
            check(key in ATTRIBUTES, name, 'attribute', key)
            check('url(' not in value and '//' not in value, name, key, value)
        if 'id' in element.attrib:
            check(element.get('id') not in ids, name, 'id twice:', element.get('id'))
            ids.add(element.get('id'))
            own.add(element.get('id'))
    for element in svg.iter():
        if 'href' in element.attrib:
            check(element.get('href')[:1] == '#' and element.get('href')[1:] in own, name,
                  'refers to', element.get('href'))
    check(svg.get('role') == 'img', name, 'role')
    for label in svg.get('aria-labelledby').split():
        check(label in own, name, 'aria-labelledby', label)


def check_alone(folder, name):
    """The file of gnuplot itself is SVG, without external references."""
    text = read(f'{folder}/{name}.svg')
    ET.fromstring(text)
    check('<script' not in text and 'http' not in
          re.sub(r'http://www\.w3\.org/[\w/]+|http://x', '', text), name, 'is not self-contained')


def check_vega(folder, name, svg):
    """The Vega-Lite file: its fields are there, and it has as many points as were drawn. With
    VEGA_LITE_SCHEMA=build/vega-lite-schema.json of npm's vega-lite, that it is valid, too."""
    specification = json.loads(read(f'{folder}/{name}.vl.json'))
    values = specification['data']['values']
    fields = {key for value in values for key in value}
    for layer in specification['layer']:
        for channel, encoding in layer.get('encoding', {}).items():
            check(not values or encoding.get('field', 'label') in fields, name, channel, encoding)
            domain = encoding.get('scale', {}).get('domain', [0, 1])
            if encoding.get('type') == 'quantitative':
                check(len(domain) == 2 and domain[0] < domain[1], name, channel, 'domain', domain)
    heat = specification['layer'][0]['mark'] == 'rect'
    measured = [v for v in values if heat or v['kind'] in ('measured', 'launch', 'bar')]
    if len(measured) <= 400 or not any(v['kind'] == 'launch' for v in values):
        shown = sum(1 for t in svg.iter(SVG + 'title') if 'id' not in t.attrib)
        curves = {v['series'] for v in values if v['kind'] not in ('measured', 'launch', 'bar')}
        check(len(measured) <= shown <= len(measured) + len(curves), name, len(measured), 'values,',
              shown, 'titles')
    if 'VEGA_LITE_SCHEMA' in os.environ:
        import jsonschema
        schema = json.loads(read(os.environ['VEGA_LITE_SCHEMA']))
        specification['data']['values'] = values[:50]
        errors = list(jsonschema.validators.validator_for(schema)(schema).iter_errors(specification))
        check(not errors, name, 'is not Vega-Lite', errors[:1])


def check_hostile(folder, page, svgs):
    check(not any('harm' in file for file in os.listdir(folder)), 'a text was run')
    shown = '\n'.join(t.text or '' for svg in svgs for t in svg.iter(SVG + 'text'))
    for text in ("'; system('touch harm') #", '"; system("touch harm")', '`touch harm`',
                 '$(touch harm)', '@harm {/Bold=30 big} a_b^c', '100 % %s %n %d',
                 'back\\slash at the end \\', 'line break !touch harm', '<script>alert(1)</script>',
                 ']] > --> </text></svg>', "&amp; &#60; <a href='http://x'>", "it''s '' doubled",
                 'not UTF-8: \ufffd\ufffd\ufffd\ufffd'):
        check(text in shown, 'is not shown as it is:', text)
    check('<script' not in page and '<a ' not in page, 'markup from a text')


def check_titled(program):
    """With titles and all formats: the points are found where they then are."""
    with tempfile.TemporaryDirectory() as folder:
        draw(program, folder, 'typical', 'titled')
        names = re.findall(r"load '(.*)\.gp'", read(f'{folder}/draw-all.gp'))
        for name, text in zip(names, re.findall(r'<svg.*?</svg>', read(f'{folder}/typical.html'),
                                                re.S)):
            check_points(folder, name, ET.fromstring(text))
            with open(f'{folder}/{name}.png', 'rb') as file:
                check(file.read(8) == b'\x89PNG\r\n\x1a\n', name, 'PNG')
            with open(f'{folder}/{name}.pdf', 'rb') as file:
                check(file.read(5) == b'%PDF-', name, 'PDF')


def draw(program, folder, *arguments):
    done = subprocess.run([program, folder, *arguments], cwd=folder, check=False)
    if done.returncode == 77:
        sys.exit(77)
    check(done.returncode == 0, 'draw_examples:', done.returncode)


def main():
    program, examples = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as again:
        draw(program, folder, examples)
        draw(program, again, examples)
        page = read(f'{folder}/{examples}.html')
        svgs = [ET.fromstring(text) for text in re.findall(r'<svg.*?</svg>', page, re.S)]
        names = re.findall(r"load '(.*)\.gp'", read(f'{folder}/draw-all.gp'))
        check(len(svgs) == len(names) > 0, len(svgs), 'of', len(names), 'figures')
        ids = set()
        for name, svg in zip(names, svgs):
            check_safe(name, svg, ids)
            check_points(folder, name, svg)
            check_alone(folder, name)
            check_vega(folder, name, svg)
            if name in ('series-40', 'points-5000'):
                check_values(folder, name, svg)
        for file in os.listdir(folder):
            check(open(f'{folder}/{file}', 'rb').read() == open(f'{again}/{file}', 'rb').read(),
                  file, 'differs when drawn again')
        if examples == 'hostile':
            check_hostile(folder, page, svgs)
        if examples == 'typical':
            check_titled(program)
            text = re.findall(r'<svg.*?</svg>', page, re.S)[names.index('time-sums')]
            check(len(text.encode()) <= 12 * 1024, 'time-sums has', len(text.encode()), 'bytes')
    print(f'{len(names)} figures, {failures} failures')
    sys.exit(failures > 0)


main()
