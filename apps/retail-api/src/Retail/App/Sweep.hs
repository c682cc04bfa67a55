-- | What is done without being asked for. Every replica does it: what one is at, the others skip.
module Retail.App.Sweep (sweep, sweeping) where

import Control.Concurrent (threadDelay)
import Control.Exception (SomeAsyncException (..), SomeException, catch, fromException, throwIO)
import Control.Monad (forM_, forever, when)
import Data.Text qualified as Text
import Data.Time (addUTCTime)
import Retail.App.Config (Config (..))
import Retail.App.Env
import Retail.App.Orders (expireOrder)
import Retail.App.PaymentInbox (act)
import Retail.Db.Limit (purge)
import Retail.Db.PaymentEvent (expiredOrders, waitingEvents)
import Retail.Db.Transaction (inTransaction)
import Retail.Obs.Event (Event (..))

-- | Again and again.
sweeping :: Env -> IO a
sweeping env@Env {config = Config {sweepSeconds}} = forever (threadDelay (sweepSeconds * 1_000_000) >> attempt env (sweep env))

-- | Payment events that were kept and not acted on, orders that were not paid in time, what is too old. What fails is told, and
-- tried again next time.
sweep :: Env -> IO ()
sweep env@Env {database, tell, clock, config = Config {keyHours}} = do
  events <- waitingEvents database most
  forM_ events $ \(organisation, event) -> attempt env (act env organisation event)
  orders <- expiredOrders database most
  forM_ orders $ \(organisation, order) -> attempt env $ do
    expired <- inTransaction database organisation (`expireOrder` order)
    when expired (tell OrderExpired {..})
  now <- clock
  gone <- purge database (addUTCTime (fromIntegral keyHours * (-3600)) now)
  when (gone > 0) (tell Purged {rows = gone})
  where
    most = 100

attempt :: Env -> IO () -> IO ()
attempt Env {tell} work =
  work `catch` \failure -> case fromException failure of
    Just (SomeAsyncException _) -> throwIO (failure :: SomeException)
    Nothing -> tell (DatabaseTrouble (Text.pack ("the sweep goes on: " <> show failure)))
