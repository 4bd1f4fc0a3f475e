# Receives ENDPOINT_URL
# Ruby 2.7 or newer. Save it as config.ru and start it with a server for Rack: rackup, or puma
# In Rails, the lambda can stand in routes.rb: post 'ENDPOINT_PATH', to: receiver
# WAYBELL_SECRET is the secret of the webhook, whsec_…
#~ v2 v3
# WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
#~ v4
# WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
#~
require 'json'
require 'openssl'

tolerance_seconds = 300
secret = ENV.fetch('WAYBELL_SECRET', '')
raise 'Set WAYBELL_SECRET to the secret of the webhook.' unless secret.match?(/\Awhsec_./)

# The strong check: it covers the id, the time and every byte of the body.
is_genuine = lambda do |env, body|
  id = env['HTTP_WEBHOOK_ID'].to_s
  time = env['HTTP_WEBHOOK_TIMESTAMP'].to_s
  next false if id.empty? || !time.match?(/\A[0-9]{1,15}\z/)
  next false if (Time.now.to_i - time.to_i).abs > tolerance_seconds

  key = secret.delete_prefix('whsec_').unpack1('m')
  digest = OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{time}.".b + body)
  expected = "v1,#{[digest].pack('m0')}"
  # There are two while a secret is being replaced.
  env['HTTP_WEBHOOK_SIGNATURE'].to_s.split(' ').any? { |offered| OpenSSL.secure_compare(expected, offered) }
end

#~ v2 v3 v4
# The weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass.
is_time_signed = lambda do |time, signature, key|
  OpenSSL.secure_compare(OpenSSL::HMAC.hexdigest('SHA256', key, time.to_s), signature.to_s)
end

#~
refused = [401, { 'content-type' => 'text/plain' }, ['not genuine']]

receiver = lambda do |env|
  next [404, {}, []] unless env['REQUEST_METHOD'] == 'POST' && env['PATH_INFO'] == 'ENDPOINT_PATH'

  body = env['rack.input'].read.b # The bytes as they came, before any JSON parser.
  next refused unless is_genuine.call(env, body)

  news = JSON.parse(body.force_encoding('UTF-8'))
#~ v2
  email = ENV.fetch('WAYBELL_EMAIL', '')
  signed = news['verifyInfo']
  next refused unless email.empty? || is_time_signed.call(signed['timeStr'], signed['signature'], email)
#~ v3
  email = ENV.fetch('WAYBELL_EMAIL', '')
  signed = news['verify']
  next refused unless email.empty? || is_time_signed.call(signed['timestamp'], signed['signature'], email)
#~ v4
  account_secret = ENV.fetch('WAYBELL_ACCOUNT_SECRET', '')
  time, signature = env.values_at('HTTP_TIMESTAMP', 'HTTP_SIGNATURE')
  next refused unless account_secret.empty? || is_time_signed.call(time, signature, account_secret)
#~

  # Drop what you have handled already (HTTP_WEBHOOK_ID) and what is older than you know (HTTP_WAYBELL_REVISION),
  # keep the rest, answer, and work with it afterwards.
  warn "#{env['HTTP_WEBHOOK_ID']} #{news['data']['tracking_number']}"
  [200, { 'content-type' => 'text/plain' }, ['200']]
end

run receiver
