-- | What is counted so that it does not become too much.
module Retail.Db.Limit (beginAttempt, endAttempt, undoAttempt, purge) where

import Data.ByteString (ByteString)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple
import Retail.Db.Row
import Retail.Db.Transaction

-- | Seconds to wait, or 0; in the latter case it is counted as a failure until it is said to be none.
beginAttempt :: Database -> ByteString -> UTCTime -> Int -> IO Int
beginAttempt database subject now allowed =
  fromOnly <$> (justOne =<< readAnywhere database "select begin_attempt(?, ?, ?)" (Binary subject, now, allowed))

-- | It was right: all is forgotten.
endAttempt :: Database -> ByteString -> IO ()
endAttempt database subject = unit =<< readAnywhere database "delete from login_attempt where subject = ? returning true" [Binary subject]

-- | It was right, and counts for nothing; what was wrong before stays.
undoAttempt :: Database -> ByteString -> IO ()
undoAttempt database subject =
  unit =<< readAnywhere database "update login_attempt set failures = greatest(failures - 1, 0), blocked_until = null where subject = ? returning true" [Binary subject]

unit :: [Only Bool] -> IO ()
unit _ = pure ()

-- | Old idempotency keys, sessions and attempts; how many rows went.
purge :: Database -> UTCTime -> IO Int
purge database keysBefore = fromOnly <$> (justOne =<< readAnywhere database "select purge(?, 1000)" [keysBefore])
