-- | Every look at a tenant's data happens in a transaction that says whose it is; PostgreSQL hides the rest.
module Retail.Db.Transaction
  ( Database,
    openDatabase,
    closeDatabase,
    inTransaction,
    readTenant,
    readAnywhere,
    isKnown,
    DatabaseGone (..),
    isGone,
  )
where

import Control.Exception
import Data.ByteString (ByteString)
import Data.Pool (Pool)
import Data.Pool qualified as Pool
import Data.Text (Text)
import Data.Text qualified as Text
import Database.PostgreSQL.Simple
import Database.PostgreSQL.Simple.ToField (toField)
import Database.PostgreSQL.Simple.ToRow (toRow)
import Retail.Db.Field ()
import Retail.Db.Pool (makePool)
import Retail.Domain.Id (Id)

newtype Database = Database (Pool Connection)

-- | No connection could be had.
newtype DatabaseGone = DatabaseGone Text
  deriving stock (Show)

instance Exception DatabaseGone

-- | Connections are made when they are wanted, and given up after a minute of idleness.
openDatabase :: ByteString -> Int -> IO Database
openDatabase url size = Database <$> makePool (firstStatement connect) close size
  where
    connect = do
      connection <- connectPostgreSQL url
      connection <$ execute_ connection limits
    limits =
      "set statement_timeout = '5s'; set lock_timeout = '4s'; set idle_in_transaction_session_timeout = '10s'; set client_min_messages = warning"

closeDatabase :: Database -> IO ()
closeDatabase (Database pool) = Pool.destroyAllResources pool

-- | What the work changes is changed wholly or not at all.
inTransaction :: Database -> Id "organisation" -> (Connection -> IO a) -> IO a
inTransaction database organisation work = either throwIO pure =<< withConnection database attempt
  where
    attempt connection = mask $ \restore -> do
      _ <- firstStatement (query connection beginning [organisation]) :: IO [Only Text]
      outcome <- try (restore (work connection))
      case outcome of
        Right result -> Right result <$ lastStatement (execute_ connection "commit")
        -- Who was interrupted may have been in the middle of a statement: the connection is given up.
        Left failure | Just (SomeAsyncException _) <- fromException failure -> throwIO failure
        -- A connection that still answers goes back to the pool.
        Left failure -> Left (failure :: SomeException) <$ lastStatement (execute_ connection "rollback")
    beginning = "begin; select set_config('retail.organisation', ?, true)"

-- | One statement in its own transaction, in one round trip: a text of several statements is one transaction, and
-- libpq gives the rows of the last.
readTenant :: (ToRow parameters, FromRow row) => Database -> Id "organisation" -> Query -> parameters -> IO [row]
readTenant database organisation statement parameters = withConnection database $ \connection ->
  firstStatement (query connection (setting <> statement) (toField organisation : toRow parameters))
  where
    setting = "select set_config('retail.organisation', ?, true);"

-- | Whether the tenant has a row of that id.
isKnown :: Database -> Id "organisation" -> Query -> Id kind -> IO Bool
isKnown database organisation table wanted = do
  rows <- readTenant database organisation ("select true from " <> table <> " where id = ?") [wanted]
  pure (not (null (rows :: [Only Bool])))

-- | For what is asked before the tenant is known.
readAnywhere :: (ToRow parameters, FromRow row) => Database -> Query -> parameters -> IO [row]
readAnywhere database statement parameters = withConnection database $ \connection ->
  firstStatement (query connection statement parameters)

-- | A pooled connection may have died while it was idle. If the first statement finds that, nothing has happened yet,
-- and another is tried.
withConnection :: Database -> (Connection -> IO a) -> IO a
withConnection (Database pool) use = go (20 :: Int)
  where
    go attempts =
      try (Pool.withResource pool use) >>= \case
        Right result -> pure result
        Left (DiedBefore reason)
          | attempts > 1 -> go (attempts - 1)
          | otherwise -> throwIO (DatabaseGone reason)

newtype DiedBefore = DiedBefore Text
  deriving stock (Show)

instance Exception DiedBefore

firstStatement, lastStatement :: IO a -> IO a
firstStatement = whenGone DiedBefore
lastStatement = whenGone DatabaseGone

-- | What libpq says of a dead connection comes as either of two exceptions.
whenGone :: Exception other => (Text -> other) -> IO a -> IO a
whenGone other statement =
  statement
    `catches` [ Handler $ \failure -> if isGone failure then renamed (show failure) else throwIO failure,
                Handler $ \failure -> renamed (show (failure :: IOException))
              ]
  where
    renamed = throwIO . other . Text.pack

-- | Connection exceptions (class 08), shutdown (57P0x), or no state at all: the server did not answer.
isGone :: SqlError -> Bool
isGone SqlError {sqlState} = sqlState `elem` ["", "08000", "08003", "08006", "57P01", "57P02", "57P03"]
