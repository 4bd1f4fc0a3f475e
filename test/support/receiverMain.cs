// Stands for the endpoint of the C# example, which needs a web framework: one request a line in base64 (headers, one a
// line; then the body), one status a line.
static class Program
{
    static void Main()
    {
        string line;
        while ((line = Console.ReadLine()) != null)
        {
            var parts = line.Split(' ');
            var headers = Encoding.UTF8.GetString(Convert.FromBase64String(parts[0])).Split('\n')
                .Select(one => one.Split(new[] { ": " }, 2, StringSplitOptions.None))
                .ToDictionary(pair => pair[0], pair => pair[1]);
            var body = Convert.FromBase64String(parts[1]);
            Func<string, string> header = name => headers.ContainsKey(name) ? headers[name] : "";
            Console.WriteLine(Webhook.IsGenuine(header, body) ? 200 : 401);
        }
    }
}
