# Runs the Rack application of a config.ru without Rack: reads one request a line as JSON and writes the status of each answer.
require 'json'
require 'stringio'

def run(app)
  $app = app
end

eval(File.read(ARGV.fetch(0), encoding: 'UTF-8'), TOPLEVEL_BINDING, ARGV.fetch(0))
$stdout.sync = true
$stdin.each_line do |line|
  request = JSON.parse(line)
  env = { 'REQUEST_METHOD' => 'POST', 'PATH_INFO' => request['path'], 'rack.input' => StringIO.new(request['body']) }
  request['headers'].each { |name, value| env["HTTP_#{name.upcase.tr('-', '_')}"] = value }
  puts $app.call(env).first
end
