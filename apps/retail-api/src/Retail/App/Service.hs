-- | The life of the process: begin, serve, drain, end.
module Retail.App.Service (serve, withEnv, runMigrations, addOrganisation) where

import Control.Concurrent (forkIO, threadDelay)
import Control.Concurrent.Async (withAsync)
import Control.Concurrent.MVar (MVar, newEmptyMVar, newMVar, takeMVar, tryPutMVar, withMVar)
import Control.Exception (SomeException, bracket, try)
import Control.Monad (forM_, void)
import Crypto.Random (getRandomBytes)
import Data.ByteString.Lazy qualified as Lazy
import Data.ByteString.Lazy.Char8 qualified as LazyChars
import Data.Function ((&))
import Data.IORef (atomicWriteIORef, newIORef, readIORef)
import Data.Map.Strict qualified as Map
import Data.String (fromString)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8)
import Data.Time (getCurrentTime)
import Database.PostgreSQL.Simple (close, connectPostgreSQL)
import Network.HTTP.Types
import Network.Wai
import Network.Wai.Handler.Warp
import Retail.App.Card (fakeProvider)
import Retail.App.Config
import Retail.App.Env
import Retail.App.Organisation (NewOrganisation)
import Retail.App.Organisation qualified as Organisation
import Retail.App.Sweep (sweeping)
import Retail.Contract.Reflect (Endpoint, endpointsOf)
import Retail.Db.Migrate
import Retail.Db.Transaction
import Retail.Http.Api (Api)
import Retail.Http.Middleware
import Retail.Http.Server (application)
import Retail.Obs.Event
import Retail.Obs.Log (logLine)
import Retail.Obs.Metrics
import Servant.API (NamedRoutes)
import System.IO (Handle, hFlush, stdout)
import System.Posix.Signals (Handler (CatchOnce), installHandler, sigINT, sigTERM)

-- | Everything that handlers work with; closed afterwards.
withEnv :: Config -> (Event -> IO ()) -> (Env -> IO a) -> IO a
withEnv config@Config {..} tell use = bracket (openDatabase databaseUrl poolSize) closeDatabase $ \database -> do
  recent <- newIORef Map.empty
  draining <- newIORef False
  use Env {cards = fakeProvider, clock = getCurrentTime, random = getRandomBytes, ..}

-- | Until it is told to end (SIGTERM, SIGINT). Then readiness says no; after the drain time the port is closed, what
-- was begun is finished, and connections go. All of that within ten seconds.
serve :: Config -> IO ()
serve config@Config {..} = do
  metrics <- newMetrics
  writing <- newMVar stdout
  let tell event = count metrics event >> sayLine writing event
  ending <- newEmptyMVar
  forM_ [sigTERM, sigINT] $ \signal -> installHandler signal (CatchOnce (void (tryPutMVar ending ()))) Nothing
  withEnv config tell $ \env@Env {draining} -> do
    around <- surrounded endpoints tell
    let drain closeSocket = do
          takeMVar ending
          tell Draining
          atomicWriteIORef draining True
          threadDelay (drainSeconds * 1_000_000)
          closeSocket
        settings =
          listening config port
            & setTimeout patienceSeconds
            & setGracefulShutdownTimeout (Just (9 - drainSeconds))
            & setBeforeMainLoop (tell Started {port})
            & setInstallShutdownHandler (void . forkIO . drain)
    withAsync (runSettings (listening config adminPort) (admin env metrics)) $ \_ ->
      withAsync (sweeping env) $ \_ -> runSettings settings (around (application env))
  tell Stopped

-- | What warp has to say about clients that went away is not worth telling.
listening :: Config -> Int -> Settings
listening Config {host} port =
  defaultSettings
    & setHost (fromString (Text.unpack host))
    & setPort port
    & setServerName "retail"
    & setOnException (\_ _ -> pure ())

-- | Whole lines, one at a time.
sayLine :: MVar Handle -> Event -> IO ()
sayLine writing event = do
  now <- getCurrentTime
  withMVar writing $ \handle -> LazyChars.hPutStrLn handle (logLine now event) >> hFlush handle

endpoints :: [Endpoint]
endpoints = endpointsOf @(NamedRoutes Api)

-- | Health, readiness and metrics.
admin :: Env -> Metrics -> Application
admin env metrics request respond = case pathInfo request of
  ["live"] -> respond (plain status200 "alive\n")
  ["ready"] -> do
    reason <- notReady env
    respond (maybe (plain status200 "ready\n") (plain status503 . Lazy.fromStrict . encodeUtf8 . (<> "\n")) reason)
  ["metrics"] -> respond . responseBuilder status200 [(hContentType, "text/plain; version=0.0.4")] =<< exposition metrics
  _ -> respond (plain status404 "live, ready, metrics\n")
  where
    plain status = responseLBS status [(hContentType, "text/plain; charset=utf-8")]

-- | Why no request should be sent here.
notReady :: Env -> IO (Maybe Text)
notReady Env {database, draining} = do
  ending <- readIORef draining
  if ending then pure (Just "draining") else schemaState <$> try (appliedAll database)
  where
    schemaState = \case
      Right True -> Nothing
      Right False -> Just "the database lacks migrations of this version"
      Left failure -> Just (Text.pack ("the database cannot be asked: " <> show (failure :: SomeException)))

-- | With the rights of the tables' owner. Prints what was applied.
runMigrations :: Config -> IO ()
runMigrations Config {databaseUrl} = do
  writing <- newMVar stdout
  applied <- bracket (connectPostgreSQL databaseUrl) close (`migrate` migrations)
  forM_ applied (sayLine writing . Migrated)

-- | A new organisation and its first administrator, with the rights of the tables' owner.
addOrganisation :: Config -> NewOrganisation -> IO ()
addOrganisation Config {databaseUrl} new = bracket (connectPostgreSQL databaseUrl) close (Organisation.create getRandomBytes new)
